import * as tf from '@tensorflow/tfjs-core'
import { convolutionKernels } from './convolution.js'
import { setHeap } from './current.js'
import { denseKernels } from './dense.js'
import type { Heap } from './heap.js'
import { lstmKernels } from './lstm.js'
import { matmulKernels } from './matmul.js'
import { poolingKernels } from './pooling.js'
import { qLearningKernels } from './q-learning.js'
import { softmaxKernels } from './softmax.js'

const makers: readonly ((heap: Heap) => tf.KernelConfig[])[] = [
  matmulKernels,
  denseKernels,
  convolutionKernels,
  poolingKernels,
  lstmKernels,
  softmaxKernels,
  qLearningKernels,
]

/** Registers our kernels for the WASM backend, in place of TensorFlow.js's own where it has one. */
export function registerKernels(heap: Heap): void {
  setHeap(heap)
  for (const kernel of makers.flatMap((make) => make(heap))) {
    if (tf.getKernel(kernel.kernelName, kernel.backendName) !== undefined) {
      tf.unregisterKernel(kernel.kernelName, kernel.backendName)
    }
    tf.registerKernel(kernel)
  }
}
