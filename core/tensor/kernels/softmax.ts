import * as tf from '@tensorflow/tfjs-core'
import { defineKernel } from './define.js'
import type { KernelHeap } from './heap.js'

export const SOFTMAX_CROSS_ENTROPY = 'cotwin/SoftmaxCrossEntropy'
export const SOFTMAX_GRADIENT = 'cotwin/SoftmaxGradient'

/** Rows and columns of a tensor whose last axis is the column. */
function table({ shape }: tf.TensorInfo): { rows: number; columns: number } {
  const columns = shape.at(-1) ?? 1
  return { rows: columns === 0 ? 0 : tf.util.sizeFromShape(shape) / columns, columns }
}

export function softmaxKernels(heap: KernelHeap): tf.KernelConfig[] {
  return [
    defineKernel(tf.Softmax, ({ logits }: { logits: tf.TensorInfo }) => {
      const { rows, columns } = table(logits)
      const y = heap.output(logits.shape)
      heap.kernels.softmax(heap.address(logits), heap.address(y), rows, columns)
      return y
    }),
    defineKernel(SOFTMAX_GRADIENT, ({ y, dy }: { y: tf.TensorInfo; dy: tf.TensorInfo }) => {
      const { rows, columns } = table(y)
      const dx = heap.output(y.shape)
      heap.kernels.softmaxGradient(heap.address(y), heap.address(dy), heap.address(dx), rows, columns)
      return dx
    }),
    defineKernel(
      SOFTMAX_CROSS_ENTROPY,
      ({ logits, labels }: { logits: tf.TensorInfo; labels: tf.TensorInfo }) => {
        const { rows, columns } = table(logits)
        const loss = heap.output([])
        const gradient = heap.output(logits.shape)
        const [classes, distributions] =
          labels.dtype === 'int32' ? [heap.address(labels), 0] : [0, heap.address(labels)]
        heap.kernels.softmaxCrossEntropy(
          ...([heap.address(logits), classes, distributions] as const),
          ...([heap.address(loss), heap.address(gradient), rows, columns] as const),
        )
        return [loss, gradient]
      },
    ),
  ]
}
