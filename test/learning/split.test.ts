import { expect, test } from 'vitest'
import { applyPart } from '../../core/learning/cut.js'
import { SampleOrder } from '../../core/learning/sample-order.js'
import { clusters, completedAt, learnerOf } from './support.js'

const models: readonly { model: string; cut: string; shape: readonly number[] }[] = [
  { model: 'mlp', cut: 'hidden1', shape: [6] },
  { model: 'mlp', cut: 'hidden2', shape: [6] },
  { model: 'lenet', cut: 'pool1', shape: [12, 12, 1] },
  { model: 'lenet', cut: 'dense1', shape: [12, 12, 1] },
  { model: 'lstm', cut: 'lstm', shape: [4, 5] },
  { model: 'resnet-small', cut: 'stage2.0', shape: [8, 8, 2] },
  { model: 'intention', cut: 'block2', shape: [3, 8, 8, 1] },
  { model: 'intention', cut: 'lstm', shape: [3, 8, 8, 1] },
]

const optimisers = [
  { kind: 'sgd', learningRate: 0.05 },
  { kind: 'momentum', learningRate: 0.02 },
]

test.each(
  models.flatMap((model) => optimisers.map((optimiser) => ({ ...model, optimiser, kind: optimiser.kind }))),
)('one client and one server learn $model, cut behind $cut, as if it were whole ($kind)', async (given) => {
  const { model, cut, shape, optimiser } = given
  const dataset = clusters({ shape, classes: 3, train: 32 })
  const { task, learner } = await learnerOf({
    clients: 1,
    servers: 1,
    samplesPerRound: 8,
    dataset,
    learning: { model, cut, optimiser },
  })
  const { operations } = task
  const { tf } = operations
  const { head, body } = task.model
  // The same model in one piece.
  const start = Float32Array.of(...task.initialHead(0), ...task.initialBody)
  const parameters = [...head.parameters, ...body.parameters]
  const variables = operations
    .fromFlat(
      start,
      parameters.map((parameter) => [...parameter.shape]),
    )
    .map((value) => tf.variable(value))
  const whole = operations.createOptimiser(task.settings.optimiser)
  const order = new SampleOrder(task.parts, task.random)
  const length = shape.reduce((product, each) => product * each, 1)

  for (let round = 1; round <= 4; round++) {
    const indices = order.next(0, 8)
    for (const batch of [indices.subarray(0, 4), indices.subarray(4)]) {
      const samples = new Float32Array(4 * length)
      await dataset.train.read(batch, samples)
      const labels = tf.tensor1d(
        Int32Array.from(batch, (index) => dataset.train.labels[index]),
        'int32',
      )
      whole.minimize(
        () => {
          const features = applyPart(head, operations, tf.tensor(samples, [4, ...shape]), variables)
          const logits = applyPart(body, operations, features, variables.slice(head.parameters.length))
          return operations.softmaxCrossEntropy(logits, labels)
        },
        false,
        variables,
      )
    }
    await learner.round(round, completedAt([[0]]))
    const expected = operations.toFlat(variables)
    const found = [...learner.head(0), ...learner.body]
    expect(Math.max(...found.map((weight, i) => Math.abs(weight - expected[i])))).toBeLessThan(1e-5)
  }
  expect(learner.body).not.toEqual(task.initialBody)
})

test('a server takes the union of its clients’ batches; each head the mean over its own', async () => {
  const { task, learner } = await learnerOf({
    clients: 3,
    servers: 1,
    samplesPerRound: [4, 4, 2],
    learning: {
      batchSize: 2,
      model: { plugin: 'mlp', options: { hidden: [5] } },
      optimiser: { kind: 'sgd', learningRate: 0.1 },
      head: { initialisation: 'private' },
    },
  })
  const { operations } = task
  const { tf } = operations
  const { head, body } = task.model
  const order = new SampleOrder(task.parts, task.random)
  const drawn = [order.next(0, 4), order.next(1, 4), order.next(2, 2)]
  const shapes = (part: typeof head) => part.parameters.map(({ shape }) => [...shape])
  let bodyWeights = task.initialBody
  const heads = [0, 1, 2].map((client) => task.initialHead(client))
  for (const [from, to] of [
    [0, 2],
    [2, 4],
  ]) {
    const batches = drawn.map((indices) => indices.subarray(from, to))
    const clients = batches.flatMap(({ length }, client) => (length > 0 ? [client] : []))
    const count = batches.reduce((sum, { length }) => sum + length, 0)
    // Gradient of the sum of losses of each client's batch, by hand: one client at a time, then put together.
    let bodyGradient = new Float32Array(body.size)
    const next = [...heads]
    for (const client of clients) {
      const batch = batches[client]
      const samples = new Float32Array(batch.length * 6)
      await task.dataset.train.read(batch, samples)
      const labels = tf.tensor1d(
        Int32Array.from(batch, (i) => task.dataset.train.labels[i]),
        'int32',
      )
      const own = operations.fromFlat(heads[client], shapes(head)).map((value) => tf.variable(value))
      const shared = operations.fromFlat(bodyWeights, shapes(body)).map((value) => tf.variable(value))
      const { grads } = tf.variableGrads(
        () =>
          operations.softmaxCrossEntropy(
            applyPart(
              body,
              operations,
              applyPart(head, operations, tf.tensor(samples, [batch.length, 6]), own),
              shared,
            ),
            labels,
          ),
        [...own, ...shared],
      )
      const ofHead = operations.toFlat(own.map(({ name }) => grads[name]))
      next[client] = heads[client].map((weight, i) => weight - 0.1 * ofHead[i])
      const ofBody = operations.toFlat(shared.map(({ name }) => grads[name]))
      bodyGradient = bodyGradient.map((sum, i) => sum + (batch.length / count) * ofBody[i])
    }
    heads.splice(0, 3, ...next)
    bodyWeights = bodyWeights.map((weight, i) => weight - 0.1 * bodyGradient[i])
  }
  await learner.round(1, completedAt([[0, 1, 2]]))
  for (const client of [0, 1, 2])
    for (const [i, weight] of learner.head(client).entries()) expect(weight).toBeCloseTo(heads[client][i], 5)
  for (const [i, weight] of learner.body.entries()) expect(weight).toBeCloseTo(bodyWeights[i], 5)
})
