import * as tf from '@tensorflow/tfjs-core'
import type { Activation } from '../kernels/activation.js'
import { hasKernel, runKernel } from '../kernels/current.js'
import {
  ACTIVATION_GRADIENT,
  type ActivationGradientAttributes,
  DENSE,
  type DenseAttributes,
} from '../kernels/dense.js'

/**
 * activation(x·weights + bias), as one kernel forward and one pass over bias and activation backward.
 *
 * Shapes: x `…×I`, weights `I×O`, bias `O`. For independent models side by side (agents, say): x `A×B×I`,
 * weights `A×I×O`, bias `A×O`.
 */
export function dense(
  x: tf.Tensor,
  weights: tf.Tensor,
  bias?: tf.Tensor,
  activation: Activation = 'linear',
): tf.Tensor {
  if (!hasKernel(DENSE)) return composed(x, weights, bias, activation)
  const inputs = bias === undefined ? { x, weights } : { x, weights, bias }
  const attributes: DenseAttributes = { activation, hasBias: bias !== undefined }
  return runKernel(DENSE, inputs, attributes)[0]!
}

function composed(
  x: tf.Tensor,
  weights: tf.Tensor,
  bias: tf.Tensor | undefined,
  activation: Activation,
): tf.Tensor {
  const outputs = weights.shape.at(-1)!
  const rows = weights.rank === 2 ? asMatrix(x) : x
  let y = tf.matMul(rows, weights)
  if (bias !== undefined) y = tf.add(y, weights.rank === 2 ? bias : tf.expandDims(bias, 1))
  return activate(tf.reshape(y, [...x.shape.slice(0, -1), outputs]), activation)
}

const composedActivations: Record<Activation, (x: tf.Tensor) => tf.Tensor> = {
  linear: (x) => x,
  relu: tf.relu,
  relu6: tf.relu6,
  sigmoid: tf.sigmoid,
  elu: tf.elu,
  tanh: tf.tanh,
}

/** An activation by name, from TensorFlow.js's operations. */
export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  return composedActivations[activation](x)
}

tf.registerGradient({
  kernelName: DENSE,
  inputsToSave: ['x', 'weights'],
  outputsToSave: [true],
  gradFunc: (dy, [x, weights, y], attributes) => {
    const { activation, hasBias } = attributes as unknown as DenseAttributes
    const columns = weights!.shape.at(-1)!
    const batch = weights!.rank === 2 ? 1 : weights!.shape[0]!
    const biasShape = hasBias ? (weights!.rank === 2 ? [columns] : [batch, columns]) : null
    const [dz, dBias] = activationGradient(y!, dy as tf.Tensor, { activation, batch, columns, biasShape })
    const flat = (tensor: tf.Tensor) => (weights!.rank === 2 ? asMatrix(tensor) : tensor)
    return {
      x: () => tf.reshape(tf.matMul(flat(dz), weights!, false, true), x!.shape),
      weights: () => tf.matMul(flat(x!), flat(dz), true, false),
      bias: () => dBias,
    }
  },
})

/** The same elements as rows of the last axis; sizes are spelt out, since none can be inferred of an empty tensor. */
function asMatrix(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [tf.util.sizeFromShape(x.shape.slice(0, -1)), x.shape.at(-1)!])
}

/** Gradient before bias and activation, and that of the bias. */
export function activationGradient(
  y: tf.Tensor,
  dy: tf.Tensor,
  attributes: ActivationGradientAttributes,
): [dz: tf.Tensor, dBias: tf.Tensor] {
  if (attributes.activation === 'linear' && attributes.biasShape === null) return [dy, dy]
  return runKernel(ACTIVATION_GRADIENT, { y, dy }, attributes) as [tf.Tensor, tf.Tensor]
}

/** Sums of the columns of a matrix, as one pass. */
export function columnSums(rows: tf.Tensor): tf.Tensor {
  const columns = rows.shape[1]!
  return activationGradient(rows, rows, { activation: 'linear', batch: 1, columns, biasShape: [columns] })[1]
}
