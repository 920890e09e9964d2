import * as tf from '@tensorflow/tfjs-core'
import { convolutionKernels } from './convolution.js'
import { copyingKernels } from './copying.js'
import { setHeap } from './current.js'
import { denseKernels } from './dense.js'
import { embeddingKernels } from './embedding.js'
import { fallbackKernels } from './fallback.js'
import { gruKernels } from './gru.js'
import type { Heap, KernelHeap } from './heap.js'
import { identityKernels } from './identity.js'
import { lstmKernels } from './lstm.js'
import { matmulKernels } from './matmul.js'
import { normalisationKernels } from './normalisation.js'
import { poolingKernels } from './pooling.js'
import { qLearningKernels } from './q-learning.js'
import { reductionKernels } from './reduction.js'
import { softmaxKernels } from './softmax.js'

const makers: readonly ((heap: KernelHeap) => tf.KernelConfig[])[] = [
  matmulKernels,
  denseKernels,
  convolutionKernels,
  poolingKernels,
  lstmKernels,
  gruKernels,
  normalisationKernels,
  embeddingKernels,
  reductionKernels,
  softmaxKernels,
  identityKernels,
  copyingKernels,
  qLearningKernels,
]

/** Registers our kernels for the WASM backend, in place of TensorFlow.js's own where it has one. */
export function registerKernels(heap: KernelHeap): void {
  setHeap(heap)
  for (const kernel of makers.flatMap((make) => make(heap))) {
    if (tf.getKernel(kernel.kernelName, kernel.backendName) !== undefined) {
      tf.unregisterKernel(kernel.kernelName, kernel.backendName)
    }
    tf.registerKernel(kernel)
  }
}

/** Registers what the WASM backend still lacks for training. */
export function registerFallbacks(heap: Heap): void {
  for (const kernel of fallbackKernels(heap)) tf.registerKernel(kernel)
}
