import * as tf from '@tensorflow/tfjs-core'

/** The inputs `B×I` of each step of a sequence `B×T×I`. */
export const timeSteps = (x: tf.Tensor3D): tf.Tensor2D[] =>
  // TensorFlow.js has no gradient of a tensor that is taken apart into one.
  x.shape[1] === 1 ? [tf.squeeze(x, [1])] : (tf.unstack(x, 1) as tf.Tensor2D[])
