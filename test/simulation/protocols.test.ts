import { describe, expect, test } from 'vitest'
import type { RoundRecord } from '../../core/index.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

const network = `network: { clients: { count: 6, flops: 1e11, joulesPerSample: 0.05 }, servers: { count: 2 }, channels: { count: 3 } }
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
dynamics: dynamic
schedulers: [hardest-first]
`

/** Every figure that the tables hold of a round. */
const figures = ({ cost, startTime, assignment, staticCost }: RoundRecord) => ({
  slots: [...assignment],
  numbers: [
    startTime,
    staticCost.cost,
    cost.time,
    cost.energy,
    cost.cost,
    ...(
      [
        'uplinkRate',
        'downlinkRate',
        'headTime',
        'uplinkTime',
        'edgeTime',
        'downlinkTime',
        'clientTime',
        'headEnergy',
        'uplinkEnergy',
        'clientEnergy',
      ] as const
    ).flatMap((key) => [...cost[key]]),
  ],
})

function expectAlike(rows: readonly RoundRecord[], rounds: readonly RoundRecord[]) {
  expect(rows.length).toBe(rounds.length)
  for (const [i, row] of rows.entries()) {
    const [own, wanted] = [figures(row), figures(rounds[i])]
    expect(own.slots).toEqual(wanted.slots)
    for (const [k, value] of own.numbers.entries())
      if (Number.isNaN(wanted.numbers[k])) expect(value).toBeNaN()
      else expect(Math.abs(value - wanted.numbers[k])).toBeLessThanOrEqual(1e-9 * wanted.numbers[k])
  }
}

const learned = (learning: string) => `rounds: 6
network: { clients: { count: 5, flops: 1e7 }, servers: { count: 2 }, channels: { count: 3 } }
dynamics: dynamic
schedulers: [hardest-first]
workload: { samplesPerRound: 16 }
faults: { stragglers: { plugin: lognormal, options: { sigma: 0.5 } } }
learning:
  ${learning}
  model: { plugin: mlp, options: { hidden: [12, 8] } }
  dataset: { plugin: synthetic-classification, options: { samples: 160, testSamples: 40, features: 16 } }
  batchSize: 8
  head: { initialisation: shared }
`

const losses = async (text: string) =>
  (await observed(await experimentOf(text), 'learning')).map(({ protocol, loss, testLoss, accuracy }) => [
    protocol,
    loss,
    testLoss,
    accuracy,
  ])

describe('collaborative: Algorithm 1', () => {
  test('its tables are those of rounds', async () => {
    const rounds = `rounds: 12\n${network}faults: { stragglers: { plugin: pareto, options: { shape: 2.5 } } }\n`
    expectAlike(await recordsOf(`${rounds}protocol: collaborative\n`), await recordsOf(rounds))
  })

  test('so they are where servers fail, and clients come and go', async () => {
    const rounds = `rounds: 12\n${network}churn: { plugin: poisson, options: { meanStaySeconds: 60, meanAbsenceSeconds: 4 } }
faults: { servers: { meanTimeBetweenFailuresSeconds: 20, meanRepairSeconds: 1 } }\n`
    const [rows, played] = [await recordsOf(`${rounds}protocol: collaborative\n`), await recordsOf(rounds)]
    expect(rows.map(({ completed, active }) => [completed, active])).toEqual(
      played.map(({ completed, active }) => [completed, active]),
    )
    for (const [i, { cost }] of rows.entries())
      for (const key of ['time', 'energy'] as const)
        expect(Math.abs(cost[key] / played[i].cost[key] - 1)).toBeLessThan(1e-9)
  })

  test('its weights are those of rounds, bit for bit', async () => {
    const rounds = learned('protocol: collaborative')
    const found = await losses(`${rounds}protocol: collaborative\n`)
    expect(found).toHaveLength(6)
    expect(found).toEqual(await losses(rounds))
  })
})

describe('splitfed', () => {
  test('v1 is a round, in what it costs and in what is learned', async () => {
    const rounds = `rounds: 8\n${network}`
    expectAlike(await recordsOf(`${rounds}protocol: splitfed\n`), await recordsOf(rounds))
    const learning = learned('protocol: splitfed-v1')
    expect(await losses(`${learning}protocol: splitfed\n`)).toEqual(await losses(learning))
  })

  test('v2 trains one client after the other at each server: edge times are those of whoever is alone there', async () => {
    const rounds = `rounds: 5\n${network}`
    const rows = await recordsOf(`${rounds}protocol: { plugin: splitfed, options: { version: v2 } }\n`)
    // The default body on 128 samples, on a server that nobody shares.
    for (const { cost } of rows)
      for (const seconds of cost.edgeTime)
        expect(seconds).toBeGreaterThanOrEqual((128 * 4.9e10) / 1.424e13 - 1e-9)
  })
})

/** One server, and a channel for everyone: no interference, so that eqs. (5)-(16) give every time but that of a shared server. */
const apart = `rounds: 6
network: { clients: { count: 4, flops: { uniform: [5e10, 2e11] } }, servers: { count: 1 }, channels: { count: 4 } }
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 3e5 }
dynamics: dynamic
schedulers: [hardest-first]
`

/** The default body on a round's samples, on a server that nobody shares, s. */
const EDGE_ALONE = (128 * 4.9e10) / 1.424e13

const closeTo = (value: number, wanted: number) => expect(Math.abs(value / wanted - 1)).toBeLessThan(1e-9)

describe('split', () => {
  test('takes as long as all turns together, each alone at its server', async () => {
    const rows = await recordsOf(`${apart}protocol: split\n`)
    for (const { cost, staticCost } of rows) {
      const { headTime, uplinkTime, downlinkTime } = staticCost
      const turns = headTime.map((head, n) => head + uplinkTime[n] + EDGE_ALONE + downlinkTime[n])
      closeTo(
        cost.time,
        turns.reduce((sum, each) => sum + each),
      )
      for (const [n, seconds] of cost.clientTime.entries()) closeTo(seconds, turns[n])
    }
  })

  test('of one client is a parallel round of it', async () => {
    const one = `rounds: 6\n${network.replace('count: 6', 'count: 1')}`
    expectAlike(await recordsOf(`${one}protocol: split\n`), await recordsOf(one))
    const learning = learned('protocol: split').replace('count: 5', 'count: 1')
    expect(await losses(`${learning}protocol: split\n`)).toEqual(await losses(learning))
  })

  test('trains in the order of its turns', async () => {
    const learning = `${learned('protocol: split')}protocol: `
    const [ascending, again, drawn] = [
      await losses(`${learning}{ plugin: split, options: { order: ascending } }\n`),
      await losses(`${learning}{ plugin: split, options: { order: ascending } }\n`),
      await losses(`${learning}split\n`),
    ]
    expect(again).toEqual(ascending)
    expect(drawn).not.toEqual(ascending)
  })
})

test('federated: weights down, all training before the upload, weights up; the slowest decides', async () => {
  for (const { cost, staticCost } of await recordsOf(`${apart}protocol: federated\n`)) {
    const { headTime, uplinkTime, downlinkTime } = staticCost
    const turns = headTime.map((head, n) => downlinkTime[n] + head + uplinkTime[n])
    closeTo(cost.time, Math.max(...turns))
    for (const [n, seconds] of cost.clientTime.entries()) closeTo(seconds, turns[n])
    // Nothing is computed at the edge.
    expect([...cost.edgeTime].every(Number.isNaN)).toBe(true)
  }
})

test('what is learned federated takes what its weights and its passes take', async () => {
  const text = `${learned('protocol: federated')}protocol: federated\n`
    .replace('count: 3', 'count: 5')
    .replace('servers: { count: 2 }', 'servers: { count: 1 }')
    .replace(/faults: .*\n/, '')
    .replace('batchSize: 8', 'batchSize: 8\n  passes: 3')
  const rows = await recordsOf(text)
  // 16 inputs, 12 and 8 hidden, and the dataset's classes; one forward pass and two backward.
  const classes = 10
  const weights = 17 * 12 + 13 * 8 + 9 * classes
  for (const { cost, staticCost } of rows) {
    for (const [n, rate] of staticCost.uplinkRate.entries()) {
      closeTo(cost.uplinkTime[n], (32 * weights) / rate)
      closeTo(cost.downlinkTime[n], (32 * weights) / staticCost.downlinkRate[n])
      closeTo(cost.clientTime[n], cost.uplinkTime[n] + cost.downlinkTime[n] + cost.headTime[n])
      const products = 2 * (16 * 12 + 12 * 8 + 8 * classes)
      closeTo(cost.headTime[n], (3 * 3 * 16 * products) / 1e7)
    }
  }
})

test('federated and centralized learn what rounds learn, bit for bit', async () => {
  for (const name of ['federated', 'centralized']) {
    const learning = learned(`protocol: ${name}`).replace(/faults: .*\n/, '')
    expect(await losses(`${learning}protocol: ${name}\n`)).toEqual(await losses(learning))
  }
})

test('centralized: samples go up, and nothing comes back', async () => {
  for (const { cost, staticCost } of await recordsOf(`${apart}protocol: centralized\n`)) {
    for (const [n, seconds] of cost.uplinkTime.entries()) closeTo(seconds, staticCost.uplinkTime[n])
    expect([...cost.downlinkTime].every(Number.isNaN)).toBe(true)
    expect(Math.max(...cost.headEnergy)).toBe(0)
    closeTo(cost.time, Math.max(...cost.clientTime))
  }
})

describe('what can be learned under which protocol', () => {
  test('its own, where a scenario leaves that out', async () => {
    const nothing = learned('passes: 1')
    for (const [protocol, own] of [
      ['collaborative', 'collaborative'],
      ['asynchronous', 'federated'],
      ['{ plugin: splitfed, options: { version: v2 } }', 'splitfed-v2'],
    ])
      expect((await losses(`${nothing}protocol: ${protocol}\n`))[0][0]).toBe(own)
    expect((await losses(nothing))[0][0]).toBe('collaborative')
  })

  test.each([
    ['split', 'federated', 'split'],
    ['asynchronous', 'collaborative', 'federated or splitfed-v1'],
    ['splitfed', 'splitfed-v2', 'splitfed-v1'],
  ])('%s does not carry %s, and says what it does', async (protocol, learning, carried) => {
    const text = `${learned(`protocol: ${learning}`)}protocol: ${protocol}\n`
    await expect(recordsOf(text)).rejects.toThrow(`under the protocol ${protocol}; expected ${carried}`)
    await expect(recordsOf(text)).rejects.toMatchObject({ problems: [{ place: { line: 8 } }] })
  })
})
