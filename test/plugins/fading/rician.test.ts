import { expect, test } from 'vitest'
import {
  criticalDistance,
  exponentialDistribution,
  kolmogorovDistance,
  mean,
  ricianDistribution,
  variance,
} from '../statistics.js'
import { fadingPowers } from './sample.js'

test.each([0.5, 3, 10])('power is noncentral chi-square with unit mean, K = %d', async (kFactor) => {
  const powers = await fadingPowers('rician', { kFactor })
  expect(kolmogorovDistance(powers, ricianDistribution(kFactor))).toBeLessThan(
    criticalDistance(powers.length),
  )
  const spread = (2 * kFactor + 1) / (kFactor + 1) ** 2
  expect(Math.abs(mean(powers) - 1)).toBeLessThan(5 * Math.sqrt(spread / powers.length))
  expect(variance(powers) / spread).toBeCloseTo(1, 1)
})

test('K = 0 is Rayleigh', async () => {
  const powers = await fadingPowers('rician', { kFactor: 0 })
  expect(kolmogorovDistance(powers, exponentialDistribution)).toBeLessThan(criticalDistance(powers.length))
  // Number by number: links out of sight are the same whichever of the two a scenario names.
  expect(powers).toEqual(await fadingPowers('rayleigh', {}))
})

test('a large K is no fading', async () => {
  const powers = await fadingPowers('rician', { kFactor: 1e8 }, 400)
  for (const power of powers) expect(power).toBeCloseTo(1, 3)
})
