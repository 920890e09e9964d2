import { describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import { type Decision, definePlugin, Type } from '../../core/plugin/index.js'
import { experimentOf, observed, recordsOf } from './experiments.js'

const scenario = (more: string, samples = '128') =>
  `rounds: 1
network: { clients: { count: 4, flops: 1e6 }, servers: { count: 1 }, channels: { count: 2 } }
workload: { samplesPerRound: ${samples} }
schedulers: [hardest-first]
learning: { protocol: federated, model: logistic, dataset: synthetic-classification }
${more}
`
const costOf = async (more: string, samples?: string) => {
  const [{ cost, assignment }] = await recordsOf(scenario(more, samples))
  return { cost, assignment }
}

describe('where whole models are trained, samples count as many as there are', () => {
  test('in the price of those who are left out', async () => {
    const { cost } = await costOf('objective: { latency: 0, energy: 1, unservedSample: 1 }')
    // Two of four clients have no slot.
    expect(cost.cost).toBeCloseTo(cost.energy + 2 * 128, 9)
  })

  test('in prices by objective', async () => {
    const term = '{ plugin: participation, options: { sample: [1, 1, 1, 1] } }'
    const { cost } = await costOf(`objective: { latency: 0, energy: 1, terms: [${term}] }`)
    expect(cost.cost).toBeCloseTo(cost.energy + 2 * 128, 9)
  })

  test('in the least that a round has to have', async () => {
    await expect(costOf('constraints: { minimumSamples: 256 }')).resolves.toBeDefined()
    const error = await costOf('constraints: { minimumSamples: 300 }').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toContain('those it serves have 256 samples; expected 300 at least')
  })

  test('and for who is drawn by them', async () => {
    const text = scenario('', '[1, 1, 10000, 10000]').replace('hardest-first', 'power-of-choice')
    const drawn = (await recordsOf(text.replace('rounds: 1', 'rounds: 1\nseed: 3')))[0].assignment
    expect([...drawn].map((slot) => slot >= 0)).toEqual([false, false, true, true])
  })
})

describe('packet errors', () => {
  const lost = async (more: string) =>
    (
      await recordsOf(
        `rounds: 1
network: { clients: { count: 2 }, servers: { count: 1 }, channels: { count: 2 } }
schedulers: [strongest-server]
objective: { latency: 0, energy: 0, terms: [packet-errors] }
${more}`,
      )
    )[0].cost.cost

  test('lose nothing where nothing is sent, in static and in dynamic rounds', async () => {
    for (const dynamics of ['static', 'dynamic']) {
      expect(await lost(`dynamics: ${dynamics}\n`)).toBeGreaterThan(0)
      expect(await lost(`dynamics: ${dynamics}\nworkload: { uplinkBitsPerSample: 0 }\n`)).toBe(0)
    }
  })

  test('take SINRs that rates tell: whole channels, by Shannon’s formula', async () => {
    const of = (network: string) =>
      recordsOf(
        `rounds: 1\nnetwork: { ${network} }\nschedulers: [random]\nobjective: { terms: [packet-errors] }\n`,
      )
    await expect(of('rate: cqi')).rejects.toThrow('packet-errors tells a SINR by log2(1 + SINR)')
    await expect(of('access: fdma')).rejects.toThrow(
      'packet-errors tells a SINR from the rate over a whole channel',
    )
  })
})

test('who breaks off a downlink has spent what receiving took until then', async () => {
  const text = (deadline: string) => `rounds: 1
dynamics: dynamic
network: { clients: { count: 1, receivePowerW: 2 }, servers: { count: 1 }, channels: { count: 1 }, fading: none }
workload: { uplinkBitsPerSample: 0, bodyFlopsPerSample: 0 }
objective: { latency: 0, energy: 1 }
schedulers: [strongest-server]
${deadline}`
  const [{ cost: whole }] = await recordsOf(text(''))
  const half = whole.time / 2
  const [{ cost }] = await recordsOf(text(`round: { deadlineSeconds: ${half} }\n`))
  expect(whole.energy).toBeCloseTo(2 * whole.time, 6)
  expect(cost.clientTime[0]).toBeNaN()
  expect(cost.energy).toBeCloseTo(2 * half, 6)
})

test.each([
  ['in rounds', ''],
  ['under a protocol', '\ndynamics: dynamic\nprotocol: federated'],
])('nothing is learned of samples that nobody was charged for, %s', async (_, more) => {
  const fractions = definePlugin({
    kind: 'scheduler',
    name: 'fractions',
    summary: 'a scheduler of the test',
    tier: 'counts',
    decides: ['slot', 'samples'],
    options: Type.Object({}, { additionalProperties: false }),
    create: () => ({
      decide: (): Decision => ({
        assignment: Int32Array.of(0, 1, -1, -1),
        samples: Float64Array.of(2.5, 3 * (1 - 1e-10), 0, 0),
      }),
    }),
  })
  const text = scenario(`decisions: { samples: {} }${more}`).replace('hardest-first', 'fractions')
  const [{ samples }] = await observed(await experimentOf(text, [fractions]), 'learning')
  expect(samples).toBe(2 + 3)
})

test('a round that never ends is recorded and is the last, under an objective with queues, too', async () => {
  const rounds = await recordsOf(`rounds: 3
network: { clients: { count: 1, circuitPowerW: 0.1 }, servers: { count: 1 }, channels: { count: 1 }, rate: { plugin: truncated-shannon, options: { minimumSinrDb: 200 } } }
objective: { terms: [energy-queues, fairness-queues] }
schedulers: [random]
`)
  expect(rounds.map(({ cost }) => [cost.time, cost.energy])).toEqual([[Infinity, Infinity]])
})
