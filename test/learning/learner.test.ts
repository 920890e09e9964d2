import { expect, test } from 'vitest'
import { createTask, type Learner } from '../../core/learning/index.js'
import { type LearningProtocol, learningProtocols } from '../../core/plugin/index.js'
import { clusters, completedAt, type Given, learnerOf, operationsOf, planOf, taskOf } from './support.js'

/** Rounds in which servers have different clients, and some complete none. */
const rounds = [
  completedAt([
    [0, 2],
    [1, 3],
  ]),
  completedAt([[3], [0, 1]]),
  [],
  completedAt([[], [2, 1, 0]]),
  completedAt([[0, 1, 2, 3]]),
]

async function play(learner: Learner, from = 0, to = rounds.length) {
  const results = []
  for (let i = from; i < to; i++) results.push(await learner.round(i + 1, rounds[i]))
  return results
}

const given = (protocol: LearningProtocol, learning: Record<string, unknown> = {}): Given => ({
  samplesPerRound: [8, 6, 8, 10],
  learning: { protocol, optimiser: { kind: 'adam', learningRate: 0.01 }, ...learning },
})

const settings: [string, Given][] = [
  ...learningProtocols.map((protocol): [string, Given] => [protocol, given(protocol)]),
  [
    'frozen heads',
    given('collaborative', { head: { trained: false, initialisation: 'private' }, precision: 'int8' }),
  ],
  [
    'private shared heads',
    given('collaborative', {
      head: { initialisation: 'private' },
      aggregation: { headParticipants: { share: 0.5 } },
      privacy: { clipNorm: 0.5, noiseMultiplier: 1 },
    }),
  ],
  [
    'scaffold',
    given('federated', {
      aggregation: { body: 'scaffold' },
      optimiser: { kind: 'sgd', learningRate: 0.05 },
    }),
  ],
  ['fedadam', given('collaborative', { aggregation: { body: 'fedadam' } })],
  [
    'a buffer',
    given('federated', { aggregation: { body: { plugin: 'fedbuff', options: { bufferSize: 3 } } } }),
  ],
]

test.each(settings)(
  '%s: the same seed learns the same; a restored learner goes on to the last bit',
  async (_, of) => {
    const { task, learner } = await learnerOf(of)
    const clients = task.parts.length
    const stateOf = async (each: Learner) => ({
      body: each.body,
      heads: Array.from({ length: clients }, (_, client) => each.head(client)),
      privacy: each.privacy(),
      test: await each.evaluate(),
    })
    const before = await play(learner, 0, 3)
    const saved = learner.state.save()
    const values = JSON.parse(JSON.stringify(saved.values))
    const rest = await play(learner, 3)
    const end = await stateOf(learner)
    // From the start once more, wired anew, and from what was saved.
    const again = (await learnerOf(of)).learner
    expect(await play(again)).toEqual([...before, ...rest])
    expect(await stateOf(again)).toEqual(end)
    const restored = (await learnerOf(of)).learner
    restored.state.restore({ arrays: saved.arrays, values })
    expect(await play(restored, 3)).toEqual(rest)
    expect(await stateOf(restored)).toEqual(end)
  },
)

test.each(settings)('%s: nothing is left behind from round to round', async (_, of) => {
  const { task, learner } = await learnerOf(of)
  const { tf } = task.operations
  for (let round = 1; round <= 3; round++) await learner.round(round, rounds[0])
  await learner.evaluate()
  const { numTensors, numBytes } = tf.memory()
  for (let round = 4; round <= 12; round++) await learner.round(round, rounds[0])
  await learner.evaluate()
  expect(tf.memory()).toMatchObject({ numTensors, numBytes })
  learner.dispose()
})

test('what is learned is told right in the end, whatever the protocol', async () => {
  for (const protocol of learningProtocols) {
    const { learner } = await learnerOf({
      clients: 4,
      servers: 2,
      samplesPerRound: 12,
      dataset: clusters({ shape: [8], classes: 3, train: 240, spread: 0.5 }),
      learning: {
        protocol,
        optimiser: { kind: 'adam', learningRate: 0.01 },
        model: { plugin: 'mlp', options: { hidden: [16, 8] } },
      },
    })
    const start = await learner.evaluate()
    for (let round = 1; round <= 20; round++)
      await learner.round(
        round,
        completedAt([
          [0, 1],
          [2, 3],
        ]),
      )
    const { accuracy, loss } = await learner.evaluate()
    expect(accuracy, protocol).toBeGreaterThan(0.95)
    expect(loss, protocol).toBeLessThan(start.loss)
  }
})

test('clients that did not complete a round take no part in it, and their order of samples waits', async () => {
  const [all, without] = [await learnerOf(given('collaborative')), await learnerOf(given('collaborative'))]
  const { samples, clients } = await all.learner.round(
    1,
    completedAt([
      [0, 1],
      [2, 3],
    ]),
  )
  expect([samples, clients]).toEqual([32, 4])
  const partial = await without.learner.round(1, completedAt([[0, 1], [2]]))
  expect([partial.samples, partial.clients]).toEqual([22, 3])
  expect(without.learner.head(3)).toEqual(without.task.initialHead(3))
  expect(await without.learner.round(2, [])).toMatchObject({ loss: null, samples: 0, clients: 0 })
})

test('splitfed v1 and v2 agree on one client a server, and v2 with split learning on one client', async () => {
  const one = { clients: 2, servers: 2, samplesPerRound: 8 }
  const [v1, v2] = await Promise.all(
    (['splitfed-v1', 'splitfed-v2'] as const).map((protocol) =>
      learnerOf({ ...one, learning: { protocol, optimiser: { kind: 'sgd', learningRate: 0.1 } } }),
    ),
  )
  for (const { learner } of [v1, v2]) await learner.round(1, completedAt([[0], [1]]))
  expect(v1.learner.body).toEqual(v2.learner.body)
  expect(v1.learner.head(0)).toEqual(v2.learner.head(1))
  const single = { clients: 1, servers: 1, samplesPerRound: 8 }
  const bodies = []
  for (const protocol of ['splitfed-v2', 'split', 'collaborative'] as const) {
    const { learner } = await learnerOf({
      ...single,
      learning: { protocol, optimiser: { kind: 'sgd', learningRate: 0.1 } },
    })
    await learner.round(1, completedAt([[0]]))
    await learner.round(2, completedAt([[0]]))
    bodies.push([...learner.body, ...learner.head(0)])
  }
  expect(bodies[1]).toEqual(bodies[0])
  expect(bodies[2]).toEqual(bodies[0])
})

test('federated learning is centralized learning where there is one client', async () => {
  const single = { clients: 1, servers: 1, samplesPerRound: 4 }
  const [a, b] = await Promise.all(
    (['federated', 'centralized'] as const).map((protocol) =>
      learnerOf({ ...single, learning: { protocol, optimiser: { kind: 'sgd', learningRate: 0.1 } } }),
    ),
  )
  for (const { learner } of [a, b]) await learner.round(1, completedAt([[0]]))
  // One batch, in another order.
  for (const [i, weight] of a.learner.body.entries()) expect(weight).toBeCloseTo(b.learner.body[i], 5)
})

test('heads of several structures learn beside each other, and only like heads are averaged', async () => {
  const dataset = clusters({ shape: [8, 8, 1], classes: 3, train: 64 })
  const { task, learner } = await learnerOf({
    dataset,
    learning: {
      model: { plugin: 'resnet-small', options: { channels: [4, 8] } },
      cut: 'stem',
      head: {
        structures: [
          {
            clients: [1, 3],
            model: { plugin: 'resnet-small', options: { channels: [4], blocks: 2 } },
            cut: 2,
          },
        ],
      },
      aggregation: { headParticipants: 'all' },
    },
  })
  expect(task.headParts.map(({ layers }) => layers.map(({ name }) => name))).toEqual([
    ['stem'],
    ['stem', 'stage1.0'],
  ])
  await learner.round(
    1,
    completedAt([
      [0, 1],
      [2, 3],
    ]),
  )
  expect(learner.head(0)).toBe(learner.head(2))
  expect(learner.head(1)).toBe(learner.head(3))
  expect(learner.head(0).length).not.toBe(learner.head(1).length)
})

test('ε grows with what a client has shared, and only for those that share', async () => {
  const { learner } = await learnerOf(
    given('collaborative', {
      aggregation: { headParticipants: [0, 3] },
      privacy: { clipNorm: 1, noiseMultiplier: 2 },
    }),
  )
  await learner.round(1, completedAt([[0, 1], [2]]))
  await learner.round(2, completedAt([[0], [3]]))
  const spent = learner.privacy()
  expect(spent.map(({ client, releases }) => [client, releases])).toEqual([
    [0, 2],
    [3, 1],
  ])
  expect(spent[0].epsilon).toBeGreaterThan(spent[1].epsilon)
})

test('rows of frozen heads are the same however many are kept', async () => {
  const frozen = { head: { trained: false } }
  const results = []
  for (const cacheMebibytes of [0, 1]) {
    const { learner } = await learnerOf(given('collaborative', { ...frozen, cacheMebibytes }))
    await play(learner)
    results.push(learner.body)
  }
  expect(results[1]).toEqual(results[0])
})

test('the reference shares its rows with what it is compared to', async () => {
  const plan = await planOf(given('collaborative', { head: { trained: false } }))
  const operations = await operationsOf()
  const task = createTask(plan, 'collaborative', operations)
  const reference = createTask(plan, 'centralized', operations, task)
  expect(reference.trainRows).toBe(task.trainRows)
  expect(reference.initialBody).toEqual(task.initialBody)
  const trained = await taskOf(given('collaborative'))
  const whole = createTask(await planOf(given('collaborative')), 'centralized', operations, trained)
  expect(whole.trainRows).toBe(trained.trainRows)
  expect([...trained.initialHead(0), ...trained.initialBody]).toEqual([...whole.initialBody])
})
