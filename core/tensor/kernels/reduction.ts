import * as tf from '@tensorflow/tfjs-core'
import { ACTIVATIONS } from './activation.js'
import type { KernelHeap } from './heap.js'

/** Replacements for kernels that TensorFlow.js has, but slow: sums after a transposition, tiles element by element. */
export function reductionKernels(heap: KernelHeap): tf.KernelConfig[] {
  return [
    reduction(heap, tf.Sum, () => 1),
    reduction(heap, tf.Mean, (count) => 1 / count),
    ...(['Relu', 'Relu6', 'Sigmoid', 'Elu', 'Tanh'] as const).map((name) => unary(heap, name)),
    tile(heap),
  ]
}

/** A sum over axes that are all leading or all trailing; TensorFlow.js's own kernel serves the rest. */
function reduction(heap: KernelHeap, kernelName: string, scale: (count: number) => number): tf.KernelConfig {
  const shipped = tf.getKernel(kernelName, 'wasm')
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: (call) => {
      const { x } = call.inputs as unknown as { x: tf.TensorInfo }
      const { axis, keepDims } = call.attrs as unknown as { axis: number | number[]; keepDims: boolean }
      const rank = x.shape.length
      const axes = tf.util.parseAxisParam(axis, x.shape).sort((a, b) => a - b)
      const trailing = axes.every((value, i) => value === rank - axes.length + i)
      const leading = axes.every((value, i) => value === i)
      if (x.dtype !== 'float32' || !(trailing || leading)) return shipped.kernelFunc(call)
      const reduced = new Set(axes)
      const kept = x.shape.flatMap((size, i) => (reduced.has(i) ? (keepDims ? [1] : []) : [size]))
      const count = axes.reduce((product, i) => product * x.shape[i]!, 1)
      const rest = tf.util.sizeFromShape(kept)
      const out = heap.output(kept)
      const at = [heap.address(x), heap.address(out)] as const
      if (trailing) heap.kernels.rowSum(...at, rest, count, scale(count))
      else heap.kernels.columnSum(...at, count, rest, scale(count))
      return out
    },
  }
}

function unary(heap: KernelHeap, kernelName: 'Relu' | 'Relu6' | 'Sigmoid' | 'Elu' | 'Tanh'): tf.KernelConfig {
  const shipped = tf.getKernel(kernelName, 'wasm')
  const activation = ACTIVATIONS[kernelName.toLowerCase() as Lowercase<typeof kernelName>]
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: (call) => {
      const { x } = call.inputs as unknown as { x: tf.TensorInfo }
      if (x.dtype !== 'float32') return shipped.kernelFunc(call)
      const y = heap.output(x.shape)
      heap.kernels.activate(heap.address(x), heap.address(y), tf.util.sizeFromShape(x.shape), activation)
      return y
    },
  }
}

/** Axis by axis from the last, each time repeating the blocks behind the axis; neighbouring axes of length 1 go as one. */
function tile(heap: KernelHeap): tf.KernelConfig {
  return {
    kernelName: tf.Tile,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x } = inputs as unknown as { x: tf.TensorInfo }
      const { reps } = attrs as unknown as { reps: number[] }
      const out = x.shape.map((size, i) => size * reps[i]!)
      let current = heap.reshaped(x, x.shape)
      let inner = tf.util.bytesPerElement(x.dtype)
      for (let axis = x.shape.length - 1; axis >= 0; axis--) {
        let repeats = reps[axis]!
        inner *= x.shape[axis]!
        while (axis > 0 && x.shape[axis] === 1 && x.shape[axis - 1] === 1) repeats *= reps[--axis]!
        if (repeats === 1) continue
        const outer = tf.util.sizeFromShape(x.shape.slice(0, axis))
        const next = heap.output([...x.shape.slice(0, axis), ...out.slice(axis)], x.dtype)
        heap.kernels.repeatBlocks(heap.address(current), heap.address(next), outer, repeats, inner)
        heap.release(current)
        current = next
        inner *= repeats
      }
      const result = heap.reshaped(current, out)
      heap.release(current)
      return result
    },
  }
}
