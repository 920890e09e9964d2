import * as tf from '@tensorflow/tfjs-core'
import { defineKernel } from './define.js'
import type { KernelHeap } from './heap.js'

interface SegmentInputs {
  readonly x: tf.TensorInfo
  readonly segmentIds: tf.TensorInfo
}

/** `UnsortedSegmentSum`, the gradient of `tf.gather`, which TensorFlow.js's WASM backend lacks. */
export function embeddingKernels(heap: KernelHeap): tf.KernelConfig[] {
  return [
    defineKernel(
      tf.UnsortedSegmentSum,
      ({ x, segmentIds }: SegmentInputs, { numSegments }: { numSegments: number }) => {
        const shape = x.shape.slice(segmentIds.shape.length)
        const out = heap.output([numSegments, ...shape])
        heap.kernels.segmentSum(
          ...([heap.address(x), heap.address(segmentIds), heap.address(out)] as const),
          ...([tf.util.sizeFromShape(segmentIds.shape), tf.util.sizeFromShape(shape), numSegments] as const),
        )
        return out
      },
    ),
  ]
}
