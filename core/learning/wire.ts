import type { Tensor, TensorOperations } from '../plugin/model-contracts.js'
import { type Precision, roundTo } from './precision.js'

/**
 * What of a client's activations arrives at its server; on the way back, of their gradients times `scale` at the client.
 *
 * Rounding has the gradient of the identity (straight through: Bengio et al., 2013). Shapes: x batch×features.
 */
export function transmit({ tf }: TensorOperations, x: Tensor, precision: Precision, scale: number): Tensor {
  if (precision === 'fp32' && scale === 1) return x
  const sent = (values: Tensor): Tensor => {
    if (precision === 'fp32') return tf.clone(values)
    const elements = values.dataSync() as Float32Array
    const rounded = roundTo(precision, elements.slice(), values.size / Math.max(1, values.shape[0]))
    return tf.tensor(rounded, values.shape)
  }
  const across = tf.customGrad((y) => ({
    value: sent(y as Tensor),
    gradFunc: (dy) => sent(scale === 1 ? (dy as Tensor) : tf.mul(dy as Tensor, tf.scalar(scale))),
  }))
  return across(x)
}
