import { describe, expect, test } from 'vitest'
import type { RoundRecord } from '../../core/index.js'
import { definePlugin, Type } from '../../core/plugin/index.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

const network = `network: { clients: { count: 6, flops: 1e11, joulesPerSample: 0.05 }, servers: { count: 2 }, channels: { count: 3 } }
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
dynamics: dynamic
schedulers: [hardest-first]
`

/** What rounds and rows have in common. */
const shown = ({ cost, assignment, startTime }: RoundRecord) => ({
  slots: [...assignment],
  time: cost.time,
  energy: cost.energy,
  startTime,
  clients: [...cost.clientTime],
})

function expectAlike(rows: readonly RoundRecord[], rounds: readonly RoundRecord[]) {
  expect(rows.length).toBe(rounds.length)
  for (const [i, row] of rows.entries()) {
    const [own, wanted] = [shown(row), shown(rounds[i])]
    expect(own.slots).toEqual(wanted.slots)
    for (const key of ['time', 'energy', 'startTime'] as const)
      expect(Math.abs(own[key] - wanted[key])).toBeLessThanOrEqual(1e-9 * wanted[key])
    for (const [client, time] of own.clients.entries())
      expect(Math.abs(time / wanted.clients[client] - 1)).toBeLessThan(1e-9)
  }
}

describe('rows are what closed forms and rounds say', () => {
  test('semi-synchronous without a limit is a round', async () => {
    const rounds = `rounds: 12\n${network}faults: { stragglers: { plugin: pareto, options: { shape: 2.5 } } }\n`
    expectAlike(await recordsOf(`${rounds}protocol: semi-synchronous\n`), await recordsOf(rounds))
  })

  test('asynchronous with one client is one round after the other', async () => {
    const one = `rounds: 12\n${network.replace('count: 6', 'count: 1')}`
    const protocol = 'protocol: { plugin: asynchronous, options: { decideEvery: 1 } }\n'
    expectAlike(await recordsOf(one + protocol), await recordsOf(one))
  })

  test('clients of equal speed that are put together all at once are a round', async () => {
    // Each client alone on its channel, all in the same place.
    const equal = `rounds: 5
network:
  clients: { count: 3, flops: 1e11, placement: { plugin: fixed, options: { positions: [[100, 100], [100, 100], [100, 100]] } } }
  servers: { count: 1 }
  channels: { count: 3 }
  fading: none
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
dynamics: dynamic
schedulers: [hardest-first]
`
    const protocol = 'protocol: { plugin: asynchronous, options: { bufferSize: 3, decideEvery: 1 } }\n'
    expectAlike(await recordsOf(equal + protocol), await recordsOf(equal))
  })

  test('with exponential computing, aggregations come at the rate of the renewals', async () => {
    const exponential = definePlugin({
      kind: 'compute-time',
      name: 'exponential',
      summary: 'for tests',
      options: Type.Object({}, { additionalProperties: false }),
      create: () => ({ factor: ({ random }) => random.exponential(1) }),
    })
    // Computing takes 1.28 s on average, and all else nothing.
    const records = await recordsOf(
      `rounds: 4000
${network.replace('4e5, downlinkBitsPerSample: 4e5', '0, downlinkBitsPerSample: 0, bodyFlopsPerSample: 0')}
faults: { stragglers: exponential }
record: { clients: false }
protocol: { plugin: asynchronous, options: { decideEvery: 4000 } }
`,
      [exponential],
    )
    const last = records.at(-1)!
    const rate = records.length / (last.startTime + last.cost.time)
    // Four standard deviations of a Poisson count.
    expect(Math.abs(rate / (6 / 1.28) - 1)).toBeLessThan(4 / Math.sqrt(4000))
  })
})

describe('what was trained', () => {
  const learned = (aggregator: string) => `rounds: 8
network: { clients: { count: 4, flops: 1e6 }, servers: { count: 2 }, channels: { count: 3 } }
dynamics: dynamic
schedulers: [hardest-first]
learning:
  protocol: federated
  model: { plugin: mlp, options: { hidden: [8] } }
  dataset: { plugin: synthetic-classification, options: { samples: 96, testSamples: 24 } }
  batchSize: 8
  aggregation: { body: ${aggregator} }
workload: { samplesPerRound: 16 }
`
  const losses = async (text: string) =>
    (await observed(await experimentOf(text), 'learning')).map(({ loss, testLoss }) => [loss, testLoss])

  test('semi-synchronous learns what rounds learn, bit for bit', async () => {
    const rounds = learned('fedavg')
    expect(await losses(`${rounds}protocol: semi-synchronous\n`)).toEqual(await losses(rounds))
  })

  test('is put together with what came before it: late updates start from older weights', async () => {
    const text = learned('{ plugin: fedbuff, options: { bufferSize: 2 } }')
    const found = await losses(`${text}protocol: asynchronous\n`)
    expect(found).toHaveLength(8)
    expect(found.every(([loss]) => Number.isFinite(loss))).toBe(true)
    expect(found).not.toEqual(await losses(text))
  })
})

test('a deadline leaves late updates to the next row, or drops them', async () => {
  const text = `rounds: 30\n${network}faults: { stragglers: { plugin: pareto, options: { shape: 1.5 } } }\n`
  const rows = (late: string) =>
    recordsOf(
      `${text}protocol: { plugin: semi-synchronous, options: { deadlineSeconds: 9, late: ${late} } }\n`,
    )
  const [kept, dropped] = [await rows('kept'), await rows('dropped')]
  const completed = (records: readonly RoundRecord[]) => records.reduce((sum, row) => sum + row.completed, 0)
  expect(Math.max(...kept.map(({ cost }) => cost.time))).toBeLessThanOrEqual(9 + 1e-9)
  expect(completed(dropped)).toBeGreaterThan(0)
  expect(completed(kept)).toBeGreaterThan(completed(dropped))
})

test('every update says what it was trained from, and how old that was', async () => {
  const experiment = await experimentOf(
    `rounds: 60\n${network}protocol: { plugin: asynchronous, options: { bufferSize: 2 } }\n`,
  )
  const updates = await observed(experiment, 'update')
  expect(updates).toHaveLength(120)
  for (const { round, startedFrom, staleness, setOutAt, arrivedAt } of updates) {
    expect(staleness).toBe(round - 1 - startedFrom)
    expect(staleness).toBeGreaterThanOrEqual(0)
    expect(arrivedAt).toBeGreaterThan(setOutAt)
  }
  // Six clients are under way and two are put together at a time: each update is behind by two on average.
  const settled = updates.filter(({ round }) => round > 10)
  const mean = settled.reduce((sum, { staleness }) => sum + staleness, 0) / settled.length
  expect(mean).toBeGreaterThan(1.5)
  expect(mean).toBeLessThan(2.5)
})

test.each([
  ['constraints: { onViolation: interfere }', 'constraints.onViolation'],
  ['round: { deadlineSeconds: 1 }', 'round.deadlineSeconds'],
  ['dynamics: static', 'protocol'],
])('what a protocol does not go with is refused: %s', async (line, key) => {
  const text = `${network.replace(/dynamics: dynamic\n/, line.startsWith('dynamics') ? '' : 'dynamics: dynamic\n')}${line}\nprotocol: asynchronous\n`
  await expect(recordsOf(text)).rejects.toThrow(key)
})
