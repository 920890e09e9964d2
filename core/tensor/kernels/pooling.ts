import * as tf from '@tensorflow/tfjs-core'
import { defineKernel } from './define.js'
import type { KernelHeap } from './heap.js'

interface PoolingAttributes {
  readonly filterSize: number | [number, number]
  readonly strides: number | [number, number]
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

export function poolingKernels(heap: KernelHeap): tf.KernelConfig[] {
  const at = (tensor: tf.TensorInfo) => heap.address(tensor)
  const pool = (x: tf.TensorInfo, attributes: PoolingAttributes, run: (out: tf.TensorInfo) => void) => {
    const out = heap.output(setGeometry(heap, x.shape, attributes).outShape)
    run(out)
    return out
  }
  const gradient = (x: tf.TensorInfo, attributes: PoolingAttributes, run: (dx: tf.TensorInfo) => void) => {
    setGeometry(heap, x.shape, attributes)
    const dx = heap.output(x.shape)
    run(dx)
    return dx
  }
  return [
    defineKernel(tf.MaxPool, ({ x }: { x: tf.TensorInfo }, attributes: PoolingAttributes) =>
      pool(x, attributes, (out) => heap.kernels.maxPool(at(x), at(out))),
    ),
    defineKernel(tf.AvgPool, ({ x }: { x: tf.TensorInfo }, attributes: PoolingAttributes) =>
      pool(x, attributes, (out) => heap.kernels.averagePool(at(x), at(out))),
    ),
    defineKernel(
      tf.MaxPoolGrad,
      (
        inputs: { dy: tf.TensorInfo; input: tf.TensorInfo; output: tf.TensorInfo },
        attributes: PoolingAttributes,
      ) => {
        const { dy, input, output } = inputs
        return gradient(input, attributes, (dx) => {
          heap.kernels.maxPoolGradient(at(input), at(output), at(dy), at(dx))
        })
      },
    ),
    defineKernel(
      tf.AvgPoolGrad,
      ({ dy, input }: { dy: tf.TensorInfo; input: tf.TensorInfo }, attributes: PoolingAttributes) =>
        gradient(input, attributes, (dx) => heap.kernels.averagePoolGradient(at(dy), at(dx))),
    ),
  ]
}

function setGeometry(
  heap: KernelHeap,
  shape: number[],
  attributes: PoolingAttributes,
): tf.backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes
  const input = shape as [number, number, number, number]
  const sizes = tf.backend_util.computePool2DInfo(input, filterSize, strides, 1, pad, dimRoundingMode)
  heap.kernels.poolingGeometry(
    ...([sizes.batchSize, sizes.inHeight, sizes.inWidth, sizes.inChannels] as const),
    ...([sizes.outHeight, sizes.outWidth, sizes.effectiveFilterHeight, sizes.effectiveFilterWidth] as const),
    ...([sizes.strideHeight, sizes.strideWidth, 1, 1, sizes.padInfo.top, sizes.padInfo.left] as const),
  )
  return sizes
}
