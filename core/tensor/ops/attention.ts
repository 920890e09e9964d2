import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, runKernel, runTaped } from '../kernels/current.js'
import { SOFTMAX_GRADIENT } from '../kernels/softmax.js'

/** Softmax over the last axis, with its gradient as one kernel. */
export function softmax(x: tf.Tensor): tf.Tensor {
  if (!hasKernel(SOFTMAX_GRADIENT)) return tf.softmax(x)
  const [y] = runTaped({
    inputs: { x },
    forward: (save) => {
      const y = runKernel(tf.Softmax, { logits: x }, { dim: -1 })[0]!
      save([y])
      return [y]
    },
    backward: (dy, saved) => ({ x: () => runKernel(SOFTMAX_GRADIENT, { y: saved[0]!, dy })[0]! }),
  })
  return y!
}

/**
 * Scaled dot-product attention, softmax(q·kᵀ/√D)·v (Vaswani et al., 2017, eq. 1), for any number of leading axes
 * (batch, heads). Shapes: query `…×T×D`, key `…×S×D`, value `…×S×E`; `mask` `T×S` is added to the scores
 * (−Infinity hides a position).
 */
export function attention(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  const scores = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(query.shape.at(-1)!))
  return tf.matMul(softmax(mask === undefined ? scores : tf.add(scores, mask)), value)
}
