import * as tf from '@tensorflow/tfjs-core'

/** The same elements, not copied, as a tensor through which no gradient flows: a constant from here on. */
export function detach<T extends tf.Tensor>(x: T): T {
  const engine = tf.engine()
  engine.backend.incRef(x.dataId)
  return engine.makeTensorFromTensorInfo({ dataId: x.dataId, shape: x.shape, dtype: x.dtype }) as T
}
