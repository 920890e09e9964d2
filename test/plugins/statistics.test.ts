import { expect, test } from 'vitest'
import {
  criticalDistance,
  exponentialDistribution,
  gammaDistribution,
  incompleteGamma,
  kolmogorovDistance,
  normalDistribution,
  ricianDistribution,
} from './statistics.js'

test('the incomplete gamma function has its closed forms', () => {
  for (const x of [0.01, 0.5, 1, 3, 10, 40]) {
    expect(incompleteGamma(1, x)).toBeCloseTo(1 - Math.exp(-x), 14)
    expect(incompleteGamma(2, x)).toBeCloseTo(1 - (1 + x) * Math.exp(-x), 14)
  }
  // erf(1), Abramowitz and Stegun, table 7.1
  expect(incompleteGamma(0.5, 1)).toBeCloseTo(0.8427007929, 10)
})

test('the normal distribution has its tabulated values', () => {
  expect(normalDistribution(0)).toBe(0.5)
  expect(normalDistribution(1)).toBeCloseTo(0.8413447461, 10)
  expect(normalDistribution(-1.959963985)).toBeCloseTo(0.025, 9)
})

test('the Rician distribution obeys Q₁(a, a) = (1 + exp(−a²) I₀(a²)) / 2', () => {
  // I₀(1), Abramowitz and Stegun, table 9.8
  const besselI0 = 1.2660658778
  const k = 0.5
  expect(1 - ricianDistribution(k)(1 / (2 * (k + 1)))).toBeCloseTo((1 + Math.exp(-1) * besselI0) / 2, 9)
})

test('the test tells distributions apart', () => {
  // Exactly the quantiles of an exponential distribution.
  const size = 20_000
  const sample = Float64Array.from({ length: size }, (_, i) => -Math.log1p(-(i + 0.5) / size))
  expect(kolmogorovDistance(sample, exponentialDistribution)).toBeCloseTo(0.5 / size, 10)
  for (const other of [
    gammaDistribution(1.1),
    ricianDistribution(0.5),
    (x: number) => exponentialDistribution(x / 1.05),
  ])
    expect(kolmogorovDistance(sample, other)).toBeGreaterThan(criticalDistance(size))
})
