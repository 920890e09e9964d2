import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import type { Heap } from './heap.js'

/** Kernels that TensorFlow.js has for its CPU backend only, and that training may meet. */
const MISSING = [
  tf.Conv2DBackpropFilter,
  tf.DepthwiseConv2dNativeBackpropFilter,
  tf.DepthwiseConv2dNativeBackpropInput,
  tf.Einsum,
  tf.UnsortedSegmentSum,
]

/** Lends the WASM backend kernels of the CPU backend: copied over, computed, copied back. Rare, so plain will do. */
export function fallbackKernels(heap: Heap): tf.KernelConfig[] {
  const missing = MISSING.filter((kernelName) => tf.getKernel(kernelName, 'wasm') === undefined)
  return missing.map((kernelName) => {
    const { kernelFunc } = tf.getKernel(kernelName, 'cpu')
    return {
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs = {} }) => {
        const backend = tf.engine().findBackend('cpu') as MathBackendCPU
        const borrow = (tensor: tf.TensorInfo) =>
          backend.makeTensorInfo(tensor.shape, tensor.dtype, heap.elements(tensor).slice())
        // Inputs come by name, or, for einsum, as a list.
        const named = Object.entries(inputs as Record<string, tf.TensorInfo>)
        const moved = named.map(([name, tensor]) => [name, borrow(tensor)] as const)
        const given = Array.isArray(inputs) ? moved.map(([, tensor]) => tensor) : Object.fromEntries(moved)
        const result = kernelFunc({ inputs: given as tf.NamedTensorInfoMap, attrs, backend }) as tf.TensorInfo
        const out = heap.output(result.shape, result.dtype)
        heap.elements(out).set(backend.readSync(result.dataId) as Float32Array)
        for (const tensor of [result, ...moved.map(([, input]) => input)])
          backend.disposeData(tensor.dataId, true)
        return out
      },
    }
  })
}
