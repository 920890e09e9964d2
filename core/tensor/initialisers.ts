import * as tf from '@tensorflow/tfjs-core'
import type { RandomStream } from '../kernel/random-stream.js'

/** A tensor whose elements a function gives in row-major order. */
export function filled(shape: number[], next: () => number): tf.Tensor {
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, next), shape)
}

/** Uniform on ±√(6 / (fan in + fan out)) (Glorot and Bengio, 2010): for linear, sigmoid and tanh layers. */
export function glorotUniform(shape: number[], random: RandomStream): tf.Tensor {
  const { fanIn, fanOut } = fans(shape)
  const limit = Math.sqrt(6 / (fanIn + fanOut))
  return filled(shape, () => random.uniform(-limit, limit))
}

/** Normal with variance 2 / fan in (He et al., 2015): for layers with ReLU. */
export function heNormal(shape: number[], random: RandomStream): tf.Tensor {
  const deviation = Math.sqrt(2 / fans(shape).fanIn)
  return filled(shape, () => random.normal(0, deviation))
}

/** Uniform on ±1/√(fan in): PyTorch's default for weights, and for biases with the fan in of their layer. */
export function fanInUniform(shape: number[], random: RandomStream, fanIn = fans(shape).fanIn): tf.Tensor {
  const limit = 1 / Math.sqrt(fanIn)
  return filled(shape, () => random.uniform(-limit, limit))
}

/**
 * Inputs and outputs of one unit. Shapes: dense `I×O`, dense for models side by side `A×I×O`, convolution `h×w×I×O`.
 */
function fans(shape: number[]): { fanIn: number; fanOut: number } {
  const [inputs, outputs] =
    shape.length < 2 ? [shape[0] ?? 1, shape[0] ?? 1] : (shape.slice(-2) as [number, number])
  const field = shape.length === 4 ? shape[0]! * shape[1]! : 1
  return { fanIn: inputs * field, fanOut: outputs * field }
}
