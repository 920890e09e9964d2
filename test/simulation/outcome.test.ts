import { expect, test } from 'vitest'
import { definePlugin, type RoundOutcome, Type } from '../../core/plugin/index.js'
import { experimentOf, observed } from './experiments.js'

/** What a scheduler of one slot after the other hears of its rounds, and the updates that came in them. */
async function heardOf(more: string) {
  const heard: RoundOutcome[] = []
  const plugin = definePlugin({
    kind: 'scheduler',
    name: 'custom',
    summary: 'a scheduler of the test',
    tier: 'counts',
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      decide: ({ active }) =>
        active.reduce((slots, there, n) => (there ? slots.with(n, n) : slots), new Int32Array(6).fill(-1)),
      observe: (outcome) => void heard.push(outcome),
    }),
  })
  const experiment = await experimentOf(
    `rounds: 8
network: { clients: { count: 6, flops: { uniform: [2e10, 2e11] } }, servers: { count: 2 }, channels: { count: 3 } }
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5, samplesPerRound: 8 }
dynamics: dynamic
schedulers: [custom]
${more}`,
    [plugin],
  )
  const updates = await observed(experiment, 'update')
  return { heard, updates }
}

test('a scheduler hears how stale each update was that a row put together, and what was lost on it', async () => {
  const learning = `learning:
  dataset: { plugin: synthetic-classification, options: { samples: 300, testSamples: 30 } }
  protocol: federated
  model: logistic
  batchSize: 8
`
  const { heard, updates } = await heardOf(
    `protocol: { plugin: asynchronous, options: { bufferSize: 2, decideEvery: 1 } }\n${learning}`,
  )
  expect(heard).toHaveLength(8)
  let stalest = 0
  for (const { round, staleness, losses } of heard) {
    const expected = new Float64Array(6).fill(Number.NaN)
    for (const update of updates) if (update.round === round) expected[update.client] = update.staleness
    expect(staleness).toEqual(expected)
    stalest = Math.max(stalest, ...expected.filter((value) => value >= 0))
    for (const [client, value] of expected.entries())
      expect(Number.isNaN(losses?.[client])).toBe(Number.isNaN(value))
  }
  expect(stalest).toBeGreaterThan(0)
})

test('nothing is stale in rounds that all begin together, and of those that sit out nothing comes', async () => {
  const { heard } = await heardOf('budgets: { energyJoules: [1e9, 1e9, 1e-9, 1e9, 1e9, 1e9] }')
  for (const { staleness, completed } of heard)
    expect([...(staleness ?? [])].map((value) => (value === 0 ? 1 : 0))).toEqual([...(completed ?? [])])
  expect(heard.at(-1)?.staleness?.some(Number.isNaN)).toBe(true)
})
