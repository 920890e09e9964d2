import { RandomStreams } from '../../core/kernel/index.js'
import {
  createOptimiser,
  defineTensorTask,
  dense,
  glorotUniform,
  softmaxCrossEntropy,
  toFlat,
} from '../../core/tensor/index.js'

/** A client of a federated round: trains its own small classifier and returns the weights. */
export default defineTensorTask(({ tf }, { client, steps }: { client: number; steps: number }) => {
  if (client < 0) throw new Error(`client ${client} has no data`)
  const random = new RandomStreams(7).stream('client', client)
  const weights = [
    [12, 32],
    [32, 5],
  ].map((shape) => tf.variable(glorotUniform(shape, random)))
  const biases = [32, 5].map((size) => tf.variable(tf.zeros([size])))
  const x = tf.tensor(
    Float32Array.from({ length: 24 * 12 }, () => random.normal(0, 1)),
    [24, 12],
  )
  const labels = tf.tensor1d(
    Int32Array.from({ length: 24 }, () => random.integer(5)),
    'int32',
  )
  const optimiser = createOptimiser({ kind: 'adam', learningRate: 0.01 })
  const loss = () =>
    softmaxCrossEntropy(dense(dense(x, weights[0]!, biases[0], 'tanh'), weights[1]!, biases[1]), labels)
  for (let step = 0; step < steps; step++) optimiser.minimize(loss, false, [...weights, ...biases])
  const flat = toFlat([...weights, ...biases])
  tf.dispose([...weights, ...biases, x, labels])
  optimiser.dispose()
  return { client, flat, tensors: tf.memory().numTensors }
})
