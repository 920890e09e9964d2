import { describe, expect, test } from 'vitest'
import { Groups } from '../../plugins/protocols/fedcompass/groups.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

const learned = (clients: number, aggregator: string) => `rounds: 24
network: { clients: { count: ${clients}, flops: { uniform: [2e6, 1e7] } }, servers: { count: 2 }, channels: { count: 3 } }
dynamics: dynamic
schedulers: [hardest-first]
workload: { samplesPerRound: 16 }
faults: { stragglers: { plugin: lognormal, options: { sigma: 0.5 } } }
learning:
  model: { plugin: mlp, options: { hidden: [12, 8] } }
  dataset: { plugin: synthetic-classification, options: { samples: 192, testSamples: 48, features: 16 } }
  batchSize: 8
  evaluateEvery: 1
  aggregation: { body: ${aggregator} }
`
/** Three in one place, of one speed. */
const together =
  '{ count: 3, flops: 5e6, placement: { plugin: fixed, options: { positions: [[100, 100], [100, 100], [100, 100]] } } }'
const FEDASYNC = '{ plugin: fedasync, options: { mixing: 0.6 } }'
const FEDBUFF = '{ plugin: fedbuff, options: { bufferSize: 1, learningRate: 0.6 } }'
const eventsOf = async <K extends 'update' | 'learning'>(text: string, kind: K) =>
  observed(await experimentOf(text), kind)

function groupBy<T>(all: readonly T[], key: (one: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one])
  return groups
}

describe('FedBuff with a buffer of one is FedAsync', () => {
  test('in who is put together when, and how late', async () => {
    const [one, other] = [
      await eventsOf(`${learned(6, FEDASYNC)}protocol: asynchronous\n`, 'update'),
      await eventsOf(`${learned(6, FEDBUFF)}protocol: asynchronous\n`, 'update'),
    ]
    expect(one).toEqual(other)
    expect(Math.max(...one.map(({ staleness }) => staleness))).toBeGreaterThan(2)
  })

  test('in what is learned, where nobody is late', async () => {
    const [one, other] = [
      await eventsOf(`${learned(1, FEDASYNC)}protocol: asynchronous\n`, 'learning'),
      await eventsOf(`${learned(1, FEDBUFF)}protocol: asynchronous\n`, 'learning'),
    ]
    for (const [i, { testLoss }] of one.entries()) expect(testLoss).toBeCloseTo(Number(other[i]?.testLoss), 4)
  })
})

test('clients of equal speed and a full buffer learn what rounds of federated averaging learn', async () => {
  const equal = learned(3, 'fedavg')
    .replace('clients: { count: 3, flops: { uniform: [2e6, 1e7] } }', `clients: ${together}`)
    .replace('servers: { count: 2 }', 'servers: { count: 1 }')
    .replace(/faults: .*\n/, '')
    .replace('network: {', 'network: { fading: none,')
    .replace('learning:', 'learning:\n  protocol: federated')
  const buffered = 'protocol: { plugin: asynchronous, options: { bufferSize: 3, decideEvery: 1 } }\n'
  const [rows, rounds] = [
    await eventsOf(equal + buffered, 'learning'),
    await eventsOf(`${equal}protocol: federated\n`, 'learning'),
  ]
  expect(rows).toHaveLength(24)
  expect(rows.map(({ loss, testLoss }) => [loss, testLoss])).toEqual(
    rounds.map(({ loss, testLoss }) => [loss, testLoss]),
  )
})

describe('fedcompass', () => {
  const compass = `${learned(6, 'fedcompass')
    .replace(/faults: .*\n/, '')
    .replace('count: 3', 'count: 6')
    .replace(
      'servers: { count: 2',
      'servers: { count: 1',
    )}protocol: { plugin: fedcompass, options: { mostPasses: 8 } }\n`

  test('has clients of unlike speed arrive together', async () => {
    const updates = await eventsOf(compass, 'update')
    const byRow = groupBy(updates, ({ round }) => round)
    const late = [...byRow.values()].filter((row) => row.length > 1 && (row[0]?.round ?? 0) > 8)
    expect(late.length).toBeGreaterThan(5)
    for (const row of late) {
      const arrivals = row.map(({ arrivedAt }) => arrivedAt)
      const took = Math.max(...row.map(({ setOutAt, arrivedAt }) => arrivedAt - setOutAt))
      // Passes are whole: at most one of the slowest is between the first and the last, or what λ allows.
      expect(Math.max(...arrivals) - Math.min(...arrivals)).toBeLessThan(took)
    }
    // The fast ones get more passes: turns take more nearly as long as each other than passes do.
    const seconds = groupBy(
      updates.filter(({ round }) => round > 8),
      ({ client }) => client,
    )
    const means = [...seconds.values()].map(
      (own) => own.reduce((sum, { setOutAt, arrivedAt }) => sum + arrivedAt - setOutAt, 0) / own.length,
    )
    expect(Math.max(...means) / Math.min(...means)).toBeLessThan(4)
  })

  test('learns', async () => {
    const found = await eventsOf(compass, 'learning')
    expect(Number(found.at(-1)?.testLoss)).toBeLessThan(Number(found[0]?.testLoss))
  })

  test('counts what a turn spent where its update is put together', async () => {
    const text = compass.replace('clients: {', 'clients: { joulesPerSample: 0.05,')
    const rows = await recordsOf(text)
    const updates = await eventsOf(text, 'update')
    for (const [i, { cost, assignment }] of rows.entries()) {
      const brought = new Set(updates.filter(({ round }) => round === i + 1).map(({ client }) => client))
      for (const [client, slot] of assignment.entries()) expect(slot >= 0).toBe(brought.has(client))
      for (const client of brought) expect(cost.clientEnergy[client]).toBeGreaterThan(0)
    }
  })

  test('plans as published: who can join a group gets the most passes that let it arrive in time', () => {
    const groups = new Groups(3, { leastPasses: 1, mostPasses: 5, latestFactor: 1.2 })
    expect(groups.plan(0, 0)).toMatchObject({ passes: 1, group: undefined })
    for (const [client, secondsOfPass] of [2, 1, 10].entries())
      groups.learn(client, { secondsOfPass, secondsOnTheWay: 1 })
    // The first has nobody to join: most passes, 1 + 5 · 2 s, and a fifth more at the latest.
    const first = groups.plan(0, 0)
    expect(first).toMatchObject({ passes: 5, isNew: true, group: { expected: 11, latest: 13.2 } })
    // 6 s are left, one of them on the way.
    expect(groups.plan(1, 5)).toMatchObject({ passes: 5, isNew: false, group: first.group })
    expect(groups.plan(1, 7.5).passes).toBe(2)
    // Too slow to arrive by then: it meets the quickest of the group after most passes more, 11 + 1 + 5 s, which is one pass.
    expect(groups.plan(2, 5)).toMatchObject({ passes: 1, isNew: true, group: { expected: 16 } })
  })
})

describe('late updates', () => {
  const text = (options: string) =>
    `${learned(6, 'fedavg').replace('sigma: 0.5', 'sigma: 1')}protocol: { plugin: semi-synchronous, options: ${options} }\n`

  test('of more clients than are needed: the quickest are put together, the others dropped', async () => {
    const updates = await eventsOf(text('{ enough: 0.5, late: dropped }'), 'update')
    expect(updates.every(({ staleness }) => staleness === 0)).toBe(true)
    const sizes = [...groupBy(updates, ({ round }) => round).values()].map((row) => row.length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3)
  })

  test('kept, they count in a later round, from older weights', async () => {
    const updates = await eventsOf(text('{ enough: 0.5, late: kept }'), 'update')
    expect(updates.some(({ staleness }) => staleness > 0)).toBe(true)
  })
})
