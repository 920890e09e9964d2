import * as tf from '@tensorflow/tfjs-core'
import type { KernelHeap } from './heap.js'

/**
 * A clone that shares its elements, as on TensorFlow.js's other backends; its WASM backend copies them, and the tape
 * clones whatever it saves for a gradient.
 */
export function identityKernels(heap: KernelHeap): tf.KernelConfig[] {
  const shipped = tf.getKernel(tf.Identity, 'wasm')
  return [
    {
      kernelName: tf.Identity,
      backendName: 'wasm',
      kernelFunc: (call) => {
        const { x } = call.inputs as unknown as { x: tf.TensorInfo }
        return x.dtype === 'string' ? shipped.kernelFunc(call) : heap.reshaped(x, x.shape)
      },
    },
  ]
}
