import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import { meanCosine } from '../../../plugins/fading/shared/von-mises.js'
import { builtInPlugins } from '../../../plugins/index.js'
import {
  correlation,
  criticalDistance,
  exponentialDistribution,
  gammaDistribution,
  kolmogorovDistance,
  ricianDistribution,
} from '../statistics.js'
import { builtIn } from '../support.js'
import { fadingPowers } from './sample.js'

type Options = Record<string, number>

/** Powers, and the same ones later. */
async function aged(name: string, options: Options, rho: number) {
  const before = await fadingPowers(name, options)
  const after = before.slice()
  const fading = await builtIn('fading', name, options)
  fading.age?.(after, rho, new RandomStreams(`aging of ${name}`).stream('all'))
  return { before, after }
}

const largestDifference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((largest, x, i) => Math.max(largest, Math.abs(x - b[i])), 0)

const ricianK = 3
const laws: readonly [string, Options, (x: number) => number, (rho: number) => number][] = [
  ['rayleigh', {}, exponentialDistribution, (rho) => rho * rho],
  ['nakagami', { m: 0.5 }, gammaDistribution(0.5), (rho) => rho * rho],
  ['nakagami', { m: 0.8 }, gammaDistribution(0.8), (rho) => rho * rho],
  ['nakagami', { m: 3 }, gammaDistribution(3), (rho) => rho * rho],
  [
    'rician',
    { kFactor: ricianK },
    ricianDistribution(ricianK),
    // |d + s|²: the part linear in s is correlated by ρ, the quadratic one by ρ².
    (rho) => (2 * ricianK * rho + rho * rho) / (2 * ricianK + 1),
  ],
  ['rician', { kFactor: 0 }, exponentialDistribution, (rho) => rho * rho],
]

describe.each(laws)('%s %o ages', (name, options, distribution, autocorrelation) => {
  test.each([0, 0.3, 0.9, 0.999])('by its own law, ρ = %d', async (rho) => {
    const { after } = await aged(name, options, rho)
    expect(kolmogorovDistance(after, distribution)).toBeLessThan(criticalDistance(after.length))
  })

  test.each([0, 0.3, 0.7, 0.95])('with the autocorrelation of its power, ρ = %d', async (rho) => {
    const { before, after } = await aged(name, options, rho)
    // Sampled correlations of heavy-tailed powers scatter by a few times 1/√size.
    expect(Math.abs(correlation(before, after) - autocorrelation(rho))).toBeLessThan(0.025)
  })

  test('not at all where the correlation is 1, and by little where it is nearly', async () => {
    const { before, after } = await aged(name, options, 1)
    expect(after).toEqual(before)
    const { after: soon } = await aged(name, options, 1 - 1e-12)
    expect(largestDifference(soon, before)).toBeLessThan(1e-4)
  })
})

test('given what it was, aged Rayleigh fading has the conditional mean ρ² P + 1 - ρ²', async () => {
  const fading = await builtIn('fading', 'rayleigh')
  for (const power of [0.01, 1, 4]) {
    const later = new Float64Array(40_000).fill(power)
    fading.age?.(later, 0.8, new RandomStreams('conditional').stream('power', power * 100))
    const mean = later.reduce((sum, x) => sum + x, 0) / later.length
    expect(mean).toBeCloseTo(0.64 * power + 0.36, 1)
  }
})

describe('what it is expected to be later', () => {
  test.each([
    ['rician', { kFactor: 0 }],
    ['rician', { kFactor: 3 }],
    ['rician', { kFactor: 20 }],
  ])('is the mean of what %s %o ages to', async (name, options) => {
    const fading = await builtIn('fading', name, options)
    for (const power of [0, 0.1, 1, 3])
      for (const rho of [0.2, 0.7, 0.95]) {
        const later = new Float64Array(20_000).fill(power)
        fading.age?.(later, rho, new RandomStreams('expected').stream('power', 100 * power, 100 * rho))
        const mean = later.reduce((sum, x) => sum + x, 0) / later.length
        const variance = later.reduce((sum, x) => sum + (x - mean) ** 2, 0) / later.length
        const expected = fading.expectedAfter?.(power, rho) ?? Number.NaN
        expect(Math.abs(mean - expected)).toBeLessThan(4.5 * Math.sqrt(variance / later.length))
      }
    for (const power of [0, 0.1, 1, 3]) {
      expect(fading.expectedAfter?.(power, 0)).toBeCloseTo(1, 12)
      expect(fading.expectedAfter?.(power, 1)).toBeCloseTo(power, 12)
    }
  })

  test('without a line of sight is ρ² P + 1 - ρ²', async () => {
    const fading = await builtIn('fading', 'rician', { kFactor: 0 })
    expect(fading.expectedAfter?.(4, 0.8)).toBeCloseTo(0.64 * 4 + 0.36, 12)
  })

  test('takes the mean cosine of the phase from I1 / I0', () => {
    // Abramowitz and Stegun, table 9.8: e^-x I0 and e^-x I1.
    expect(meanCosine(0)).toBe(0)
    expect(meanCosine(1)).toBeCloseTo(0.2079104154 / 0.4657596077, 9)
    expect(meanCosine(10)).toBeCloseTo(0.1212626814 / 0.1278333372, 9)
    for (const limit of [500, 1e5])
      expect(meanCosine(limit * (1 + 1e-12)) - meanCosine(limit)).toBeCloseTo(0, 13)
    expect(meanCosine(1e9)).toBeCloseTo(1, 8)
  })
})

test('aging in two steps is aging in one, where nothing but the power is the state', async () => {
  const fading = await builtIn('fading', 'nakagami', { m: 2 })
  const random = new RandomStreams('steps').stream('all')
  const later = new Float64Array(40_000).fill(0.2)
  for (const rho of [0.9, 0.8]) fading.age?.(later, rho, random)
  const atOnce = new Float64Array(40_000).fill(0.2)
  fading.age?.(atOnce, 0.72, random)
  const sorted = atOnce.toSorted()
  const distribution = (x: number) => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle] <= x) low = middle + 1
      else high = middle
    }
    return low / sorted.length
  }
  // Two samples: the distance scatters √2 times as far.
  expect(kolmogorovDistance(later, distribution)).toBeLessThan(Math.SQRT2 * criticalDistance(later.length))
})

test('draws are common to all correlations: little more age is little more change', async () => {
  for (const { name } of builtInPlugins.list('fading')) {
    const [one, other] = await Promise.all([0.5, 0.5 + 1e-9].map((rho) => aged(name, {}, rho)))
    expect(largestDifference(one.after, other.after)).toBeLessThan(1e-4)
  }
})

test('without fading there is nothing to age', async () => {
  const { before, after } = await aged('none', {}, 0.1)
  expect(after).toEqual(before)
})
