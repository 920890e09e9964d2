import { describe, expect, test } from 'vitest'
import { experimentOf, observed, recordsOf } from './experiments.js'

const learned = (servers: number, clients = 5) => `rounds: 6
network:
  clients: { count: ${clients}, flops: 1e7, positions: fixed }
  servers: { count: ${servers} }
  channels: { count: ${clients} }
  fading: none
dynamics: dynamic
schedulers: [hardest-first]
workload: { samplesPerRound: 16 }
learning:
  model: { plugin: mlp, options: { hidden: [12, 8] } }
  dataset: { plugin: synthetic-classification, options: { samples: 160, testSamples: 40, features: 16 } }
  batchSize: 8
  evaluateEvery: 1
`
const hierarchical = (edgeRounds: number) =>
  `protocol: { plugin: hierarchical, options: { edgeRounds: ${edgeRounds} } }\n`
const withBackhaul = (text: string, backhaul: string) =>
  text.replace('  fading', `  backhaul: ${backhaul}\n  fading`)

const losses = async (text: string) =>
  (await observed(await experimentOf(text), 'learning')).map(({ loss, testLoss, samples }) => ({
    loss,
    testLoss,
    samples,
  }))

const closeTo = (value: number, wanted: number) => expect(Math.abs(value / wanted - 1)).toBeLessThan(1e-9)

describe('hierarchical', () => {
  test('with one edge round to a round of the cloud is federated averaging, bit for bit', async () => {
    const text = learned(2)
    expect(await losses(text + hierarchical(1))).toEqual(await losses(`${text}protocol: federated\n`))
    const times = async (protocol: string) =>
      (await recordsOf(text + protocol)).map(({ cost }) => [cost.time, cost.energy, ...cost.clientTime])
    expect(await times(hierarchical(1))).toEqual(await times('protocol: federated\n'))
  })

  test('with one server is so many rounds of federated averaging at once', async () => {
    const text = learned(1)
    const [rows, rounds] = [
      await losses(text.replace('rounds: 6', 'rounds: 2') + hierarchical(3)),
      await losses(`${text}protocol: federated\n`),
    ]
    for (const [i, row] of rows.entries()) {
      const own = rounds.slice(3 * i, 3 * i + 3)
      expect(row.testLoss).toBeCloseTo(Number(own[2]?.testLoss), 5)
      expect(row.samples).toBe(own.reduce((sum, { samples }) => sum + samples, 0))
      expect(row.loss).toBeCloseTo(own.reduce((sum, { loss }) => sum + Number(loss), 0) / 3, 5)
    }
  })

  test('differs from it where servers go their own ways', async () => {
    const text = learned(2)
    const [row] = await losses(text.replace('rounds: 6', 'rounds: 1') + hierarchical(2))
    const [, second] = await losses(`${text}protocol: federated\n`)
    expect(row?.testLoss).not.toBeCloseTo(Number(second?.testLoss), 6)
    expect(row?.samples).toBe(2 * Number(second?.samples))
  })

  test('takes the rounds at the edge, and the way to the cloud and back', async () => {
    const free = learned(2)
    const paid = withBackhaul(
      free,
      '{ bitsPerSecond: [1e5, 2e5], latencySeconds: 0.25, aggregationSeconds: 0.5, bodyBits: 1e6 }',
    )
    const [rows, others] = [await recordsOf(free + hierarchical(2)), await recordsOf(paid + hierarchical(2))]
    for (const [i, { cost }] of others.entries()) {
      // The slower link, 10 s each way.
      closeTo(cost.time, (rows[i]?.cost.time ?? 0) + 2 * (10 + 0.25) + 0.5)
      closeTo(cost.energy, rows[i]?.cost.energy ?? 0)
    }
    const transfers = await observed(await experimentOf(paid + hierarchical(2)), 'backhaul')
    expect(transfers).toHaveLength(2 * 2 * 6)
    expect(transfers.reduce((sum, { bits }) => sum + bits, 0)).toBe(24e6)
    for (const { from, to, start, end } of transfers) {
      const seconds = (from ?? to) === 0 ? 10 : 5
      closeTo(end - start, seconds + 0.25)
    }
  })

  test('an aggregator that has to hear of every update is refused', async () => {
    const text = `${learned(1)}  aggregation: { body: scaffold }\n  optimiser: { kind: sgd, learningRate: 0.1 }\n`
    await expect(recordsOf(text + hierarchical(2))).rejects.toThrow(
      'scaffold keeps something of each contributor',
    )
    expect(await recordsOf(text + hierarchical(1))).toHaveLength(6)
  })
})

test('what is learned says what a body takes', async () => {
  const text = withBackhaul(learned(1), '{ bitsPerSecond: 1e6 }')
  const [transfer] = await observed(await experimentOf(`${text}protocol: federated\n`), 'backhaul')
  expect(transfer?.bits).toBe(32 * (17 * 12 + 13 * 8 + 9 * 10))
})

describe('decentralised', () => {
  test('each server sends its body to both neighbours, one after the other', async () => {
    const free = `${learned(4, 8)}protocol: decentralised\n`
    const paid = withBackhaul(free, '{ bitsPerSecond: 1e6, latencySeconds: 0.25, bodyBits: 1e6 }')
    const [rows, others] = [await recordsOf(free), await recordsOf(paid)]
    for (const [i, { cost }] of others.entries()) closeTo(cost.time, (rows[i]?.cost.time ?? 0) + 2 + 0.25)
    const transfers = await observed(await experimentOf(paid), 'backhaul')
    expect(transfers).toHaveLength(6 * 4 * 2)
    expect(transfers.every(({ from, to }) => from !== null && to !== null)).toBe(true)
  })

  test('with one server is federated averaging', async () => {
    const text = learned(1)
    const [alone, federated] = [
      await losses(`${text}protocol: decentralised\n`),
      await losses(`${text}protocol: federated\n`),
    ]
    for (const [i, { testLoss }] of alone.entries())
      expect(testLoss).toBeCloseTo(Number(federated[i]?.testLoss), 5)
  })

  test('learns, from row to row, and so do bodies that servers train with their clients', async () => {
    for (const protocol of ['federated', 'collaborative']) {
      const text = learned(3, 6)
        .replace('learning:', `learning:\n  protocol: ${protocol}`)
        .replace('rounds: 6', 'rounds: 12')
      const found = await losses(
        `${text}  optimiser: { kind: sgd, learningRate: 0.1 }\nprotocol: decentralised\n`,
      )
      expect(Number(found.at(-1)?.testLoss)).toBeLessThan(Number(found[0]?.testLoss))
    }
  })

  test.each([
    ['protocol: { plugin: decentralised, options: { graph: [[0, 1]] } }', 'server 2 cannot be reached'],
    ['protocol: { plugin: decentralised, options: { graph: [[0, 3]] } }', '[0, 3] is no pair of neighbours'],
  ])('%s is refused', async (line, message) => {
    await expect(recordsOf(`${learned(3)}${line}\n`)).rejects.toThrow(message)
  })

  test('what only a cloud could do is refused', async () => {
    await expect(
      recordsOf(`${learned(3)}  aggregation: { body: fedadam }\nprotocol: decentralised\n`),
    ).rejects.toThrow('edge servers mix their bodies themselves; expected fedavg')
  })
})

test.each([
  [withBackhaul(learned(2), '{ latencySeconds: 1 }'), 'network.backhaul: takes a protocol'],
  [
    'network: { backhaul: { bitsPerSecond: 1e6 } }\ndynamics: dynamic\nprotocol: hierarchical\n',
    'network.backhaul.bodyBits: nothing is learned',
  ],
])('a backhaul that means nothing is refused', async (text, message) => {
  await expect(recordsOf(text)).rejects.toThrow(message)
})
