import { expect, test } from 'vitest'
import { compile, type Experiment, parseScenario } from '../../core/index.js'
import { hasDiverged, type LearningRecord } from '../../core/observe/events.js'
import { builtInPlugins } from '../../plugins/index.js'

const scenario = {
  rounds: 6,
  network: { clients: { count: 4, positions: 'fixed' }, servers: { count: 2 }, channels: { count: 4 } },
  workload: { samplesPerRound: 16, uplinkBitsPerSample: 6.4e7, downlinkBitsPerSample: 6.4e7 },
  record: { detailRounds: [] },
  learning: {
    model: { plugin: 'mlp', options: { hidden: [8] } },
    dataset: { plugin: 'synthetic-classification', options: { samples: 256, testSamples: 40 } },
    batchSize: 8,
    evaluateEvery: 4,
    reference: 'centralized',
  },
  schedulers: ['hardest-first', 'greedy'],
}

async function experiment(more: object = {}): Promise<{ experiment: Experiment; learned: LearningRecord[] }> {
  const text = JSON.stringify({ ...scenario, ...more })
  const created = await compile(await parseScenario(text, { registry: builtInPlugins }), builtInPlugins)
  const learned: LearningRecord[] = []
  created.bus.on('learning', (record) => learned.push(record))
  return { experiment: created, learned }
}

test('every scheduler’s clients learn, and the reference beside them; tested now and then, and in the last round', async () => {
  const { experiment: whole, learned } = await experiment()
  await whole.run()
  expect(learned.slice(0, 3).map(({ scheduler }) => scheduler)).toEqual([
    'greedy',
    'hardest-first',
    'centralized',
  ])
  expect(learned).toHaveLength(3 * 6)
  const tested = learned.filter(({ accuracy }) => accuracy !== null).map(({ round }) => round)
  expect([...new Set(tested)]).toEqual([4, 6])
  const reference = learned.filter(({ scheduler }) => scheduler === 'centralized')
  expect(
    reference.every(({ time, energy, clients }) => time === null && energy === null && clients === 4),
  ).toBe(true)
  expect(reference.at(-1)?.epoch).toBeCloseTo((6 * 4 * 16) / 256, 12)
})

test('an experiment that is restored learns on to the last bit', async () => {
  const whole = await experiment()
  await whole.experiment.run()
  const stopped = await experiment()
  const abort = new AbortController()
  stopped.experiment.bus.on('round:end', ({ round }) => round === 3 && abort.abort())
  await stopped.experiment.run(abort.signal)
  const saved = stopped.experiment.save()
  const resumed = await experiment()
  resumed.experiment.restore({ arrays: saved.arrays, values: JSON.parse(JSON.stringify(saved.values)) })
  await resumed.experiment.run()
  expect([...stopped.learned, ...resumed.learned]).toEqual(whole.learned)
})

test('a client whose energy is spent takes its data along', async () => {
  const { experiment: poor, learned } = await experiment({
    budgets: { energyJoules: [1e-3, 1e9, 1e9, 1e9] },
    schedulers: ['hardest-first'],
  })
  const confusion: Int32Array[] = []
  poor.bus.on('confusion', ({ samples }) => confusion.push(samples))
  await poor.run()
  const clients = learned
    .filter(({ scheduler }) => scheduler !== 'centralized')
    .map((record) => record.clients)
  expect(clients).toEqual([4, 3, 3, 3, 3, 3])
  // Two models, each told the whole test set.
  expect(confusion.map((samples) => samples.reduce((sum, count) => sum + count, 0))).toEqual([40, 40])
})

test('both references: in lockstep with a frozen head, and at its best with all of it trained in batches of one client', async () => {
  const learning = { ...scenario.learning, head: { trained: false }, reference: 'both', evaluateEvery: 6 }
  const { experiment: both, learned } = await experiment({ rounds: 24, learning, schedulers: ['greedy'] })
  await both.run()
  const last = (label: string) => learned.filter(({ scheduler }) => scheduler === label).at(-1)
  for (const label of ['centralized', 'centralized-best'])
    expect(last(label)).toMatchObject({ protocol: label, clients: 4, samples: 4 * 16, time: null })
  // Four times as many steps, and a layer more to take them with.
  const loss = (label: string) => last(label)?.testLoss ?? Number.NaN
  expect(loss('centralized-best')).toBeLessThan(loss('centralized'))
  const { learned: alone, experiment: one } = await experiment({
    rounds: 24,
    learning: { ...learning, reference: 'centralized' },
    schedulers: ['greedy'],
  })
  await one.run()
  // What stands beside it changes nothing.
  expect(alone).toEqual(learned.filter(({ scheduler }) => scheduler !== 'centralized-best'))
  await expect(
    experiment({ learning, schedulers: [{ plugin: 'greedy', label: 'centralized-best' }] }),
  ).rejects.toThrow('a scheduler is labelled "centralized-best" already')
})

const steep = { ...scenario.learning, optimiser: { kind: 'sgd', learningRate: 1e6 }, evaluateEvery: 1 }

test('learning that diverges ends with the round in which it does, and says so in place of a figure', async () => {
  const { experiment: diverging, learned } = await experiment({ learning: steep, schedulers: ['greedy'] })
  const confusion: string[] = []
  const rounds: number[] = []
  diverging.bus.on('confusion', ({ scheduler }) => confusion.push(scheduler))
  diverging.bus.on('scheduler:round', ({ round }) => rounds.push(round))
  await diverging.run()
  // The network goes on without it.
  expect(rounds).toEqual([1, 2, 3, 4, 5, 6])
  expect(confusion).toEqual([])
  for (const label of ['greedy', 'centralized']) {
    const own = learned.filter(({ scheduler }) => scheduler === label)
    expect(own.length).toBeLessThan(6)
    expect(own.filter(hasDiverged)).toEqual([own.at(-1)])
    expect(own.at(-1)).toMatchObject({ testLoss: Number.POSITIVE_INFINITY, accuracy: null })
    for (const { loss } of own) expect(loss).not.toBeNaN()
  }
})

test('a run that is resumed after its learning diverged does not take it up again', async () => {
  const stopped = await experiment({ learning: steep })
  const abort = new AbortController()
  stopped.experiment.bus.on('round:end', ({ round }) => round === 4 && abort.abort())
  await stopped.experiment.run(abort.signal)
  expect(stopped.learned.filter(hasDiverged)).toHaveLength(3)
  const saved = stopped.experiment.save()
  const resumed = await experiment({ learning: steep })
  resumed.experiment.restore({ arrays: saved.arrays, values: JSON.parse(JSON.stringify(saved.values)) })
  await resumed.experiment.run()
  expect(resumed.learned).toEqual([])
})

test('with sizes: model, rounds cost what the model weighs', async () => {
  const bits: number[] = []
  const { experiment: light } = await experiment({
    rounds: 1,
    learning: { ...scenario.learning, sizes: 'model', precision: 'fp16' },
  })
  light.bus.on('scheduler:round', ({ cost }) => {
    for (const client of [0, 1, 2, 3]) bits.push(cost.uplinkRate[client] * cost.uplinkTime[client])
  })
  await light.run()
  for (const sent of bits) expect(sent / (16 * 8 * 16)).toBeCloseTo(1, 9)
})
