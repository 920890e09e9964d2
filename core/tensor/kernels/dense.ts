import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { ACTIVATIONS, type Activation } from './activation.js'
import { defineKernel } from './define.js'
import type { KernelHeap } from './heap.js'
import { multiply } from './matmul.js'

export const DENSE = 'cotwin/Dense'
export const ACTIVATION_GRADIENT = 'cotwin/ActivationGradient'

/** Most parts the rows are cut into for the gradient of bias and activation. */
const MOST_PARTS = 8
const FEWEST_ROWS_A_PART = 512

export interface DenseAttributes {
  readonly activation: Activation
  readonly hasBias: boolean
}

/** Sizes of the gradient as batch × rows × columns, the bias having batch × columns elements. */
export interface ActivationGradientAttributes {
  readonly activation: Activation
  readonly batch: number
  readonly columns: number
  readonly biasShape: readonly number[] | null
}

export function denseKernels(heap: KernelHeap): KernelConfig[] {
  return [
    defineKernel(
      DENSE,
      (
        { x, weights, bias }: { x: TensorInfo; weights: TensorInfo; bias?: TensorInfo },
        attrs: DenseAttributes,
      ) => {
        const product = { transposeA: false, transposeB: false }
        return multiply(heap, x, weights, product, bias, ACTIVATIONS[attrs.activation])
      },
    ),
    defineKernel(
      ACTIVATION_GRADIENT,
      ({ y, dy }: { y: TensorInfo; dy: TensorInfo }, attrs: ActivationGradientAttributes) => {
        const { activation, batch, columns, biasShape } = attrs
        const rows = elements(dy) / Math.max(1, batch * columns)
        const linear = activation === 'linear'
        const dz = linear ? heap.reshaped(dy, dy.shape) : heap.output(dy.shape)
        const dBias = heap.output(biasShape ?? [0])
        // Fixed, so that sums do not depend on the threads.
        const parts = Math.max(1, Math.min(MOST_PARTS, Math.floor(rows / FEWEST_ROWS_A_PART)))
        const partial = heap.output([biasShape === null ? 0 : parts - 1, batch, columns])
        heap.kernels.activationGradient(
          ...([heap.address(y), heap.address(dy), linear ? 0 : heap.address(dz)] as const),
          ...([biasShape === null ? 0 : heap.address(dBias), heap.address(partial), parts] as const),
          ...([batch, rows, columns, ACTIVATIONS[activation]] as const),
        )
        heap.release(partial)
        return [dz, dBias]
      },
    ),
  ]
}

function elements({ shape }: TensorInfo): number {
  return shape.reduce((product, size) => product * size, 1)
}
