import * as tf from '@tensorflow/tfjs-core'
import type { KernelHeap } from './heap.js'

/**
 * Putting tensors together and cutting them up. TensorFlow.js's own kernels copy through JavaScript, a cut the whole of the
 * tensor first, although everything already lies on the heap.
 */
export function copyingKernels(heap: KernelHeap): tf.KernelConfig[] {
  return [concat(heap), split(heap), slice(heap)]
}

/** The same elements along an axis: blocks of so many bytes, one for each index of the axes before it. */
interface Blocks {
  readonly count: number
  readonly bytes: number
}

function blocksOf({ shape, dtype }: tf.TensorInfo, axis: number): Blocks {
  const sizeOf = (axes: number[]) => tf.util.sizeFromShape(axes)
  const bytes = sizeOf(shape.slice(axis)) * tf.util.bytesPerElement(dtype)
  return { count: sizeOf(shape.slice(0, axis)), bytes }
}

function concat(heap: KernelHeap): tf.KernelConfig {
  const shipped = tf.getKernel(tf.Concat, 'wasm')
  return {
    kernelName: tf.Concat,
    backendName: 'wasm',
    kernelFunc: (call) => {
      const inputs = call.inputs as unknown as tf.TensorInfo[]
      const [first] = inputs
      const shapes = inputs.map(({ shape }) => shape)
      if (first === undefined || first.dtype === 'string') return shipped.kernelFunc(call)
      const [axis] = tf.util.parseAxisParam((call.attrs as { axis: number }).axis, first.shape)
      tf.backend_util.assertParamsConsistent(shapes, axis!)
      const out = heap.output(tf.backend_util.computeOutShape(shapes, axis!), first.dtype)
      const whole = blocksOf(out, axis!)
      let at = 0
      for (const input of inputs) {
        const { count, bytes } = blocksOf(input, axis!)
        heap.kernels.copyBlocks(heap.address(input), bytes, heap.address(out) + at, whole.bytes, count, bytes)
        at += bytes
      }
      return out
    },
  }
}

function split(heap: KernelHeap): tf.KernelConfig {
  const shipped = tf.getKernel(tf.SplitV, 'wasm')
  return {
    kernelName: tf.SplitV,
    backendName: 'wasm',
    kernelFunc: (call) => {
      const { x } = call.inputs as unknown as { x: tf.Tensor }
      const { numOrSizeSplits, axis } = call.attrs as unknown as {
        numOrSizeSplits: number | number[]
        axis: number
      }
      if (x.dtype === 'string') return shipped.kernelFunc(call)
      const [along] = tf.util.parseAxisParam(axis, x.shape)
      let begin = 0
      return tf.backend_util.prepareSplitSize(x, numOrSizeSplits, along!).map((length) => {
        begin += length
        return part(heap, x, along!, begin - length, length)
      })
    },
  }
}

function slice(heap: KernelHeap): tf.KernelConfig {
  const shipped = tf.getKernel(tf.Slice, 'wasm')
  return {
    kernelName: tf.Slice,
    backendName: 'wasm',
    kernelFunc: (call) => {
      const { x } = call.inputs as unknown as { x: tf.TensorInfo }
      const { begin, size } = call.attrs as unknown as { begin: number | number[]; size: number | number[] }
      const [from, lengths] = tf.slice_util.parseSliceParams(x, begin, size) as [number[], number[]]
      const cut = x.shape.flatMap((length, axis) => (lengths[axis] === length ? [] : [axis]))
      if (x.dtype === 'string' || cut.length > 1) return shipped.kernelFunc(call)
      const [axis = 0] = cut
      return part(heap, x, axis, from[axis] ?? 0, lengths[axis] ?? 1)
    },
  }
}

/** x[…, begin : begin + length, …] along an axis. */
function part(
  heap: KernelHeap,
  x: tf.TensorInfo,
  axis: number,
  begin: number,
  length: number,
): tf.TensorInfo {
  const shape = x.shape.map((size, i) => (i === axis ? length : size))
  const out = heap.output(shape, x.dtype)
  const { count, bytes } = blocksOf(out, axis)
  const whole = blocksOf(x, axis).bytes
  const skip = length === 0 ? 0 : (bytes / length) * begin
  heap.kernels.copyBlocks(heap.address(x) + skip, whole, heap.address(out), bytes, count, bytes)
  return out
}
