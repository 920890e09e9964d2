import * as tf from '@tensorflow/tfjs-core'
import type { Activation } from '../kernels/activation.js'
import { CONVOLUTION, type FusedConvolutionAttributes } from '../kernels/convolution.js'
import { hasKernel, runKernel } from '../kernels/current.js'
import { activate, activationGradient } from './dense.js'

/** Stride, padding and activation of a convolution. */
export interface ConvolutionOptions {
  readonly strides?: number | [number, number]
  readonly pad?: 'valid' | 'same' | number
  readonly activation?: Activation
}

/** Images with so many zeros on each side. */
const padded = (x: tf.Tensor4D, by: number): tf.Tensor4D =>
  tf.pad(x, [
    [0, 0],
    [by, by],
    [by, by],
    [0, 0],
  ])

/**
 * activation(conv2d(x, filter) + bias), with bias and activation applied where the product is formed.
 *
 * Shapes: x `B×H×W×C`, filter `h×w×C×O`, bias `O`. Strides default to 1, padding to `same`.
 */
export function convolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias?: tf.Tensor1D,
  options: ConvolutionOptions = {},
): tf.Tensor4D {
  const { strides = 1, pad = 'same', activation = 'linear' } = options
  // With padding by number TensorFlow.js works out the shape of an oblong filter, or unlike strides, by the first side.
  const [height, width] = filter.shape
  const oblong = height !== width || (Array.isArray(strides) && strides[0] !== strides[1])
  if (typeof pad === 'number' && oblong)
    return convolution(padded(x, pad), filter, bias, { ...options, pad: 'valid' })
  if (!hasKernel(CONVOLUTION)) {
    // TensorFlow's binding takes no padding by number.
    const y =
      typeof pad === 'number'
        ? tf.conv2d(padded(x, pad), filter, strides, 'valid')
        : tf.conv2d(x, filter, strides, pad)
    return activate(bias === undefined ? y : tf.add(y, bias), activation) as tf.Tensor4D
  }
  const inputs = bias === undefined ? { x, filter } : { x, filter, bias }
  const attributes: FusedConvolutionAttributes = { strides, pad, activation, hasBias: bias !== undefined }
  return runKernel(CONVOLUTION, inputs, attributes)[0] as tf.Tensor4D
}

tf.registerGradient({
  kernelName: CONVOLUTION,
  inputsToSave: ['x', 'filter'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const [x, filter, y] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D]
    const { strides, pad, activation, hasBias } = attributes as unknown as FusedConvolutionAttributes
    const columns = filter.shape[3]
    const biasShape = hasBias ? [columns] : null
    const [dz, dBias] = activationGradient(y, dy as tf.Tensor, { activation, batch: 1, columns, biasShape })
    const shared = { strides, pad, dataFormat: 'NHWC' }
    return {
      x: () => runKernel(tf.Conv2DBackpropInput, { dy: dz, filter }, { ...shared, inputShape: x.shape })[0]!,
      filter: () =>
        runKernel(tf.Conv2DBackpropFilter, { x, dy: dz }, { ...shared, filterShape: filter.shape })[0]!,
      bias: () => dBias,
    }
  },
})
