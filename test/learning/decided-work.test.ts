import { expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/random.js'
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
