import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, runKernel, runTaped } from '../kernels/current.js'
import {
  BATCH_NORMALISATION,
  BATCH_NORMALISATION_GRADIENT,
  LAYER_NORMALISATION,
  LAYER_NORMALISATION_GRADIENT,
} from '../kernels/normalisation.js'

/**
 * gain·(x − mean)/√(variance + ε) + shift over the last axis of each sample (Ba et al., 2016).
 * Shapes: x `…×C`, gain and shift `C`.
 */
export function layerNormalisation(
  x: tf.Tensor,
  gain: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon = 1e-5,
): tf.Tensor {
  if (!hasKernel(LAYER_NORMALISATION)) {
    const { mean, variance } = tf.moments(x, -1, true)
    return scaled(x, mean, variance, gain, shift, epsilon)
  }
  return normalise(LAYER_NORMALISATION, LAYER_NORMALISATION_GRADIENT, { x, gain, shift }, epsilon)[0]!
}

/** What batch normalisation gives, and the statistics it went by. */
export interface BatchNormalisation {
  readonly y: tf.Tensor
  /** Of the batch, `C` each; without gradient, for the running averages used in inference. The variance is biased. */
  readonly mean: tf.Tensor
  readonly variance: tf.Tensor
}

/**
 * gain·(x − mean)/√(variance + ε) + shift, each channel over the whole batch (Ioffe and Szegedy, 2015), in training.
 * Shapes: x `…×C`, gain and shift `C`.
 */
export function batchNormalisation(
  x: tf.Tensor,
  gain: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon = 1e-5,
): BatchNormalisation {
  if (!hasKernel(BATCH_NORMALISATION)) {
    const { mean, variance } = tf.moments(x, Array.from(x.shape.keys()).slice(0, -1))
    return { y: scaled(x, mean, variance, gain, shift, epsilon), mean, variance }
  }
  const inputs = { x, gain, shift }
  const [y, mean, , variance] = normalise(BATCH_NORMALISATION, BATCH_NORMALISATION_GRADIENT, inputs, epsilon)
  return { y: y!, mean: mean!, variance: variance! }
}

function normalise(
  kernel: string,
  gradientKernel: string,
  inputs: { readonly x: tf.Tensor; readonly gain: tf.Tensor; readonly shift: tf.Tensor },
  epsilon: number,
): tf.Tensor[] {
  return runTaped({
    inputs,
    forward: (save) => {
      const outputs = runKernel(kernel, inputs, { epsilon })
      const [, mean, inverse] = outputs
      save([inputs.x, inputs.gain, mean!, inverse!])
      return outputs
    },
    backward: (dy, saved) => {
      const [x, gain, mean, inverse] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
      const [dx, dGain, dShift] = runKernel(gradientKernel, { x, gain, dy, mean, inverse })
      return { x: () => dx!, gain: () => dGain!, shift: () => dShift! }
    },
  })
}

function scaled(
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  gain: tf.Tensor,
  shift: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)))
  return tf.add(tf.mul(normal, gain), shift)
}
