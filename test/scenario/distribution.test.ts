import { describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import { RandomStreams } from '../../core/kernel/index.js'
import type { PerNodeValue } from '../../core/scenario/scenario.js'
import { realise } from '../../core/scenario/schema/distribution.js'
import { realiseKey } from '../../core/scenario/schema/per-node.js'
import { scenarioOf } from './support.js'

const streams = new RandomStreams(1)
const draw = (value: PerNodeValue, count: number) =>
  realise(value, count, (node) => streams.stream('test', node))

/** Largest distance between the empirical distribution of a sample and a cumulative distribution function. */
function kolmogorovSmirnov(sample: Float64Array, cdf: (x: number) => number): number {
  const sorted = sample.toSorted()
  return Math.max(
    ...sorted.map((x, i) =>
      Math.max(Math.abs(cdf(x) - i / sorted.length), Math.abs(cdf(x) - (i + 1) / sorted.length)),
    ),
  )
}

/** Distribution function of the standard normal (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const coefficients = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153]
  const polynomial = coefficients.reduce((sum, coefficient) => sum * t + coefficient, 0) * t
  const upper = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * polynomial
  return x > 0 ? 1 - upper : upper
}

describe('a value per node', () => {
  test('that is one number is that of all', () => {
    expect([...draw(23, 3)]).toEqual([23, 23, 23])
  })

  test('that is a list is taken as it stands', () => {
    expect([...draw([1, 2, 3], 3)]).toEqual([1, 2, 3])
  })

  test('between bounds that are further apart than any number is refused, as what it is', () => {
    expect(() => draw({ uniform: [-1e308, 1.7e308] }, 1)).toThrow(UserError)
    expect(() => draw({ uniform: [-1e308, 1.7e308] }, 1)).toThrow(
      'the uniform distribution drew Infinity for node 1',
    )
  })

  // With 20,000 draws the distance exceeds 1.95 / sqrt(20,000) = 0.0138 in one of 1000 runs.
  const COUNT = 20_000
  const LIMIT = 1.95 / Math.sqrt(COUNT)

  test.each<[string, PerNodeValue, (x: number) => number]>([
    ['uniform', { uniform: [2, 6] }, (x) => (x - 2) / 4],
    ['uniform and scaled', { uniform: [2, 6], times: 10 }, (x) => (x / 10 - 2) / 4],
    ['normal', { normal: { mean: 5, sd: 2 } }, (x) => normalCdf((x - 5) / 2)],
    ['log-normal', { lognormal: { median: 3, sigma: 0.5 } }, (x) => normalCdf(Math.log(x / 3) / 0.5)],
  ])('that is %s is distributed so', (_, value, cdf) => {
    expect(kolmogorovSmirnov(draw(value, COUNT), cdf)).toBeLessThan(LIMIT)
  })

  test('that is a choice takes each as often', () => {
    const drawn = draw({ choice: [1, 2, 4] }, 30_000)
    for (const each of [1, 2, 4]) {
      const share = drawn.filter((value) => value === each).length / drawn.length
      // Five standard deviations of a share of a third.
      expect(Math.abs(share - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / drawn.length))
    }
  })

  test('stays the same for a node when others are added', () => {
    const distribution = { normal: { mean: 0, sd: 1 } }
    expect([...draw(distribution, 9).subarray(0, 4)]).toEqual([...draw(distribution, 4)])
  })

  test('is rounded where it is whole', () => {
    const drawn = realise({ uniform: [1, 9] }, 50, (node) => streams.stream('test', node), { whole: true })
    expect(drawn.every(Number.isInteger)).toBe(true)
    expect(new Set(drawn).size).toBeGreaterThan(4)
  })

  test('that is drawn out of range names the node', () => {
    const rule = { minimum: 0, path: 'network.clients.joulesPerSample', unit: 'J per sample' }
    expect(() =>
      realise({ normal: { mean: -9, sd: 0 } }, 3, (node) => streams.stream('test', node), rule),
    ).toThrow(
      'network.clients.joulesPerSample: the normal distribution drew -9 for node 1; expected at least 0 J per sample',
    )
  })
})

describe('the values of a key', () => {
  test('are as many as the scenario has nodes', async () => {
    const scenario = await scenarioOf(
      'network: { clients: { count: 5, powerDbm: 20 }, servers: { count: 2 } }',
    )
    expect(realiseKey(scenario, 'network.clients.powerDbm', streams)).toEqual(new Float64Array(5).fill(20))
    expect(realiseKey(scenario, 'network.servers.flops', streams)).toEqual(new Float64Array(2).fill(1.424e13))
  })

  test('are null where there is no limit', async () => {
    expect(realiseKey(await scenarioOf('rounds: 3'), 'budgets.energyJoules', streams)).toBeNull()
  })

  test('keep to the limits of the schema', async () => {
    const scenario = await scenarioOf('workload: { samplesPerRound: { normal: { mean: 3, sd: 1e6 } } }')
    expect(() => realiseKey(scenario, 'workload.samplesPerRound', streams)).toThrow(
      /^workload\.samplesPerRound: the normal distribution drew -\d+ for client \d+; expected at least 1 samples per round$/,
    )
  })

  test('differ from key to key', async () => {
    const same = '{ uniform: [1, 2] }'
    const scenario = await scenarioOf(`network: { clients: { powerDbm: ${same}, flops: ${same} } }`)
    const power = realiseKey(scenario, 'network.clients.powerDbm', streams)
    expect(power).not.toEqual(realiseKey(scenario, 'network.clients.flops', streams))
  })

  test('of a key that has none is our mistake', async () => {
    const scenario = await scenarioOf('rounds: 3')
    expect(() => realiseKey(scenario, 'network.area.widthM', streams)).toThrow(RangeError)
  })
})
