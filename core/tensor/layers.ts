import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'

/**
 * TensorFlow.js Layers calls operations as methods of tensors (`x.mul(y)`), which only the union package installs, and
 * that comes with 140 MB of backends for browsers. These are the methods, by the operation that each stands for.
 */
const METHODS =
  'abs acos acosh add all any argMax argMin asin asinh atan atan2 atanh avgPool batchNorm batchToSpaceND broadcastTo ' +
  'cast ceil clipByValue conv1d conv2d conv2dTranspose cos cosh cumprod cumsum depthToSpace depthwiseConv2d div ' +
  'divNoNan dot elu equal erf exp expandDims expm1 floor floorDiv gather greater greaterEqual isFinite isInf isNaN ' +
  'leakyRelu less lessEqual log log1p logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr logicalXor ' +
  'matMul max maxPool maximum mean min minimum mirrorPad mod mul neg norm notEqual oneHot onesLike pad pool pow ' +
  'prelu prod reciprocal relu relu6 reshape reverse round rsqrt selu separableConv2d sigmoid sign sin sinh slice ' +
  'softmax softplus spaceToBatchND split sqrt square squaredDifference squeeze step stridedSlice sub sum tan tanh ' +
  'tile topk transpose unique unsortedSegmentSum unstack zerosLike'

type Operation = (...operands: unknown[]) => unknown

const operations = tf as unknown as Record<string, Operation>
const methods: Record<string, Operation> = {}
for (const name of METHODS.split(' ')) {
  const operation = operations[name]!
  methods[name] = function (this: tf.Tensor, ...rest) {
    return operation(this, ...rest)
  }
}

const prototype = tf.Tensor.prototype as unknown as Record<string, unknown>
for (const [name, method] of Object.entries({
  ...methods,
  asType: methods.cast!,
  flatten(this: tf.Tensor) {
    return tf.reshape(this, [this.size])
  },
  asScalar(this: tf.Tensor) {
    return tf.reshape(this, [])
  },
  as1D(this: tf.Tensor) {
    return tf.reshape(this, [this.size])
  },
  toBool(this: tf.Tensor) {
    return tf.cast(this, 'bool')
  },
  toFloat(this: tf.Tensor) {
    return tf.cast(this, 'float32')
  },
  toInt(this: tf.Tensor) {
    return tf.cast(this, 'int32')
  },
  concat(this: tf.Tensor, others: unknown, axis: unknown) {
    return tf.concat([this, ...(Array.isArray(others) ? others : [others])] as tf.Tensor[], axis as number)
  },
  where(this: tf.Tensor, condition: unknown, other: unknown) {
    return tf.where(condition as tf.Tensor, this, other as tf.Tensor)
  },
})) {
  if (!(name in prototype)) prototype[name] = method
}

/** TensorFlow.js Layers: models layer by layer, on the same tensors. */
export { layers }
