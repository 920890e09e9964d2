import { expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { stepsOf } from '../../core/learning/steps.js'
import { definePlugin, Type } from '../../core/plugin/index.js'
import { recordsOf } from '../simulation/experiments.js'

const shares = [0, 1].map((client) => ({
  client,
  server: 0,
  finishedAt: 0,
  indices: Int32Array.of(10 * client, 10 * client + 1, 10 * client + 2, 10 * client + 3),
  batchSize: 2,
}))

test('a client that repeats takes as many more steps; the others stay as they are', () => {
  const stepsFor = (clients: 'together' | 'in turn', repeats: number) =>
    stepsOf(
      [shares[0], { ...shares[1], repeats }],
      { clients } as never,
      { passes: 1 },
      new RandomStreams(1).stream('steps'),
    )
  const of = (client: number, steps: ReturnType<typeof stepsOf>) =>
    steps.flat().filter((batch) => batch.client === client).length
  for (const clients of ['together', 'in turn'] as const) {
    expect([of(0, stepsFor(clients, 1)), of(1, stepsFor(clients, 1))]).toEqual([2, 2])
    expect([of(0, stepsFor(clients, 3)), of(1, stepsFor(clients, 3))]).toEqual([2, 6])
  }
})

test('decided samples and steps reach the training, and losses reach the scheduler', async () => {
  const heard: (readonly number[] | undefined)[] = []
  const plugin = definePlugin({
    kind: 'scheduler',
    name: 'custom',
    summary: 'a scheduler of the test',
    tier: 'counts',
    decides: ['slot', 'samples', 'steps'],
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      decide: () => ({
        assignment: Int32Array.of(0, 1, -1),
        samples: Float64Array.of(8, 16, 0),
        steps: Int32Array.of(1, 2, 1),
      }),
      observe: ({ losses }: { losses?: Float64Array }) => void heard.push(losses && [...losses]),
    }),
  })
  const text = (more: string) => `
rounds: 2
schedulers: [custom]
network: { clients: { count: 3 }, servers: { count: 1 }, channels: { count: 3 } }
workload: { samplesPerRound: 32 }
decisions: { samples: {}, steps: {} }
${more}
`
  const learning = `learning:
  protocol: federated
  dataset: { plugin: synthetic-classification, options: { samples: 300, testSamples: 30 } }
  model: logistic
  batchSize: 8
`
  const seen: number[] = []
  const { experimentOf } = await import('../simulation/experiments.js')
  const experiment = await experimentOf(text(learning), [plugin])
  experiment.bus.on('learning', ({ samples, clients }) => void seen.push(samples, clients))
  await experiment.run()
  expect(seen).toEqual([24, 2, 24, 2])
  expect(heard).toHaveLength(2)
  for (const losses of heard) {
    expect(losses?.slice(0, 2).every((loss) => loss > 0 && loss < Infinity)).toBe(true)
    expect(losses?.[2]).toBeNaN()
  }
  // Without learning there is nothing to hear of.
  heard.length = 0
  await recordsOf(text(''), [plugin])
  expect(heard).toEqual([undefined, undefined])
})

/** What a run of three clients learned, and its costs, where a scheduler decides this beside slots. */
async function learned(
  decided: Record<string, Int32Array>,
  { decisions = '', protocol, more = '' }: { decisions?: string; protocol: string; more?: string },
) {
  const { experimentOf } = await import('../simulation/experiments.js')
  const plugin = definePlugin({
    kind: 'scheduler',
    name: 'custom',
    summary: 'a scheduler of the test',
    tier: 'counts',
    decides: ['slot', 'payload', 'cut'],
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({ decide: () => ({ assignment: Int32Array.of(0, 1, 2), ...decided }) }),
  })
  const experiment = await experimentOf(
    `
rounds: 2
schedulers: [custom]
network: { clients: { count: 3 }, servers: { count: 1 }, channels: { count: 3 } }
workload: { samplesPerRound: 16 }
${decisions}
learning:
  protocol: ${protocol}
  dataset: { plugin: synthetic-classification, options: { samples: 300, testSamples: 30 } }
  model: { plugin: mlp, options: { hidden: [12, 8] } }
  batchSize: 8
${more}
`,
    [plugin],
  )
  const losses: (number | null)[] = []
  const costs: { uplinkTime: number[]; headTime: number[]; edgeTime: number[] }[] = []
  experiment.bus.on('learning', ({ loss, testLoss }) => void losses.push(loss, testLoss))
  experiment.bus.on('scheduler:round', ({ cost: { uplinkTime, headTime, edgeTime } }) => {
    costs.push({ uplinkTime: [...uplinkTime], headTime: [...headTime], edgeTime: [...edgeTime] })
  })
  await experiment.run()
  return { losses, costs }
}

const precisions = 'decisions: { payload: [fp32, fp16, int8] }'
const all = (choice: number) => new Int32Array(3).fill(choice)

test.each(['collaborative', 'splitfed-v1', 'split'])(
  'a precision that is decided is learned with and charged as that of the scenario: %s',
  async (protocol) => {
    const asDecided = await learned({ payload: all(2) }, { decisions: precisions, protocol })
    const asWritten = await learned({}, { protocol, more: '  precision: int8' })
    expect(asDecided.losses).toEqual(asWritten.losses)
    for (const [i, { uplinkTime }] of asDecided.costs.entries())
      for (const [n, time] of uplinkTime.entries())
        expect(time / asWritten.costs[i].uplinkTime[n]).toBeCloseTo(1, 12)
    const mixed = await learned({ payload: Int32Array.of(0, 2, 2) }, { decisions: precisions, protocol })
    const plain = await learned({}, { protocol })
    expect(mixed.losses).not.toEqual(asDecided.losses)
    expect(mixed.losses).not.toEqual(plain.losses)
    expect((await learned({ payload: all(0) }, { decisions: precisions, protocol })).losses).toEqual(
      plain.losses,
    )
  },
)

test('whole models go to their clients, and what changed of them back, as was decided', async () => {
  const protocol = 'federated'
  const plain = await learned({}, { protocol })
  const [full, coarse] = [
    await learned({ payload: all(0) }, { decisions: precisions, protocol }),
    await learned({ payload: Int32Array.of(0, 1, 2) }, { decisions: precisions, protocol }),
  ]
  // A change and back is rounded in the last digit.
  for (const [i, loss] of full.losses.entries()) expect(loss).toBeCloseTo(Number(plain.losses[i]), 5)
  expect(coarse.losses).not.toEqual(full.losses)
  for (const [i, loss] of coarse.losses.entries()) expect(loss).toBeCloseTo(Number(full.losses[i]), 1)
  expect(coarse.costs[0].uplinkTime[1] / full.costs[0].uplinkTime[1]).toBeCloseTo(0.5, 9)
})

test('cuts that are decided change what a round costs, as a scenario cut there does, and nothing that is learned', async () => {
  const protocol = 'splitfed-v1'
  const layers = ['hidden1', 'hidden2']
  const decisions = `decisions: { cut: [{ name: ${layers[0]} }, { name: ${layers[1]} }] }`
  const sgd = '  optimiser: { kind: sgd, learningRate: 0.1 }'
  const at = (cut: string) => learned({}, { protocol, more: `  cut: ${cut}\n${sgd}` })
  const [early, late] = [await at(layers[0]), await at(layers[1])]
  for (const [i, loss] of early.losses.entries()) expect(loss).toBeCloseTo(Number(late.losses[i]), 5)
  const mixed = await learned({ cut: Int32Array.of(0, 1, 0) }, { decisions, protocol, more: sgd })
  expect(mixed.losses).toEqual((await learned({}, { protocol, more: sgd })).losses)
  for (const [round, { uplinkTime, headTime }] of mixed.costs.entries())
    for (const [n, from] of [early, late, early].entries()) {
      expect(uplinkTime[n] / from.costs[round].uplinkTime[n]).toBeCloseTo(1, 12)
      expect(headTime[n]).toBeCloseTo(from.costs[round].headTime[n], 12)
    }
})

test('what a cut takes in a round beside samples, such as the weights of its head, is charged where a model is learned, too', async () => {
  const protocol = 'splitfed-v1'
  const more = '  optimiser: { kind: sgd, learningRate: 0.1 }'
  const weightBits = 32 * (32 * 12 + 12)
  const of = (beside: string) =>
    learned(
      { cut: all(0) },
      { decisions: `decisions: { cut: [{ name: hidden1${beside} }] }`, protocol, more },
    )
  const [plain, charged] = [await of(''), await of(`, uplinkBitsPerRound: ${weightBits}`)]
  expect(charged.losses).toEqual(plain.losses)
  // Sixteen samples of twelve numbers.
  const sampleBits = 32 * 16 * 12
  for (const [round, { uplinkTime }] of charged.costs.entries())
    for (const [n, time] of uplinkTime.entries())
      expect((time / plain.costs[round].uplinkTime[n]) * sampleBits).toBeCloseTo(sampleBits + weightBits, 6)
})
