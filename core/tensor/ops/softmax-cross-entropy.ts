import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, runKernel } from '../kernels/current.js'
import { SOFTMAX_CROSS_ENTROPY } from '../kernels/softmax.js'

/**
 * Mean over rows of the cross entropy between labels and softmax(logits), a scalar.
 *
 * Shapes: logits `…×C`; labels either `int32` class indices `…`, or `float32` distributions `…×C`. No gradient flows to
 * labels. A class index outside [0, C) makes the loss NaN.
 *
 * @throws Error when labels fit neither shape
 */
export function softmaxCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  const wanted = labels.dtype === 'int32' ? logits.shape.slice(0, -1) : logits.shape
  if (!tf.util.arraysEqual(labels.shape, wanted)) {
    throw new Error(
      `softmaxCrossEntropy: ${labels.dtype} labels for logits [${logits.shape}] must be [${wanted}], ` +
        `not [${labels.shape}]`,
    )
  }
  if (hasKernel(SOFTMAX_CROSS_ENTROPY)) {
    return runKernel(SOFTMAX_CROSS_ENTROPY, { logits, labels })[0] as tf.Scalar
  }
  const classes = logits.shape.at(-1)!
  const isIndex = labels.dtype === 'int32'
  const distributions = isIndex ? tf.oneHot(labels as tf.Tensor1D, classes) : labels
  const entropies = tf.neg(tf.sum(tf.mul(tf.cast(distributions, 'float32'), tf.logSoftmax(logits)), -1))
  if (!isIndex) return tf.mean(entropies) as tf.Scalar
  // A class that is none has no ones at all, which would count as no entropy.
  const known = tf.logicalAnd(tf.greaterEqual(labels, 0), tf.less(labels, classes))
  return tf.mean(tf.where(known, entropies, tf.fill(labels.shape, Number.NaN))) as tf.Scalar
}

tf.registerGradient({
  kernelName: SOFTMAX_CROSS_ENTROPY,
  outputsToSave: [false, true],
  gradFunc: (dys, [gradient]) => ({ logits: () => tf.mul(gradient!, (dys as tf.Tensor[])[0]!) }),
})
