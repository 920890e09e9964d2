import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel } from './define.js'
import type { KernelHeap } from './heap.js'

export const LAYER_NORMALISATION = 'cotwin/LayerNormalisation'
export const LAYER_NORMALISATION_GRADIENT = 'cotwin/LayerNormalisationGradient'
export const BATCH_NORMALISATION = 'cotwin/BatchNormalisation'
export const BATCH_NORMALISATION_GRADIENT = 'cotwin/BatchNormalisationGradient'

interface NormalisationInputs {
  readonly x: TensorInfo
  readonly gain: TensorInfo
  readonly shift: TensorInfo
}

interface GradientInputs {
  readonly x: TensorInfo
  readonly gain: TensorInfo
  readonly dy: TensorInfo
  readonly mean: TensorInfo
  readonly inverse: TensorInfo
}

/** Outputs: y, mean, inverse deviation, and for batches their variance; gradients of x, gain and shift. */
export function normalisationKernels(heap: KernelHeap): KernelConfig[] {
  const at = (tensor: TensorInfo) => heap.address(tensor)
  const gradient = (name: string, kernel: 'rowNormalisationGradient' | 'columnNormalisationGradient') =>
    defineKernel(name, ({ x, gain, dy, mean, inverse }: GradientInputs) => {
      const [dx, dGain, dShift] = [heap.output(x.shape), heap.output(gain.shape), heap.output(gain.shape)]
      heap.kernels[kernel](
        ...([at(x), at(gain), at(dy), at(mean), at(inverse), at(dx), at(dGain), at(dShift)] as const),
        ...sizes(x),
      )
      return [dx, dGain, dShift]
    })
  return [
    defineKernel(
      LAYER_NORMALISATION,
      ({ x, gain, shift }: NormalisationInputs, { epsilon }: { epsilon: number }) => {
        const leading = x.shape.slice(0, -1)
        const [y, mean, inverse] = [heap.output(x.shape), heap.output(leading), heap.output(leading)]
        heap.kernels.rowNormalisation(
          ...([at(x), at(gain), at(shift), at(y), at(mean), at(inverse)] as const),
          ...sizes(x),
          epsilon,
        )
        return [y, mean, inverse]
      },
    ),
    defineKernel(
      BATCH_NORMALISATION,
      ({ x, gain, shift }: NormalisationInputs, { epsilon }: { epsilon: number }) => {
        const shape = gain.shape
        const [y, mean] = [heap.output(x.shape), heap.output(shape)]
        const [variance, inverse] = [heap.output(shape), heap.output(shape)]
        heap.kernels.columnNormalisation(
          ...([at(x), at(gain), at(shift), at(y), at(mean), at(variance), at(inverse)] as const),
          ...sizes(x),
          epsilon,
        )
        return [y, mean, inverse, variance]
      },
    ),
    gradient(LAYER_NORMALISATION_GRADIENT, 'rowNormalisationGradient'),
    gradient(BATCH_NORMALISATION_GRADIENT, 'columnNormalisationGradient'),
  ]
}

function sizes({ shape }: TensorInfo): [rows: number, columns: number] {
  return [shape.slice(0, -1).reduce((product, size) => product * size, 1), shape.at(-1)!]
}
