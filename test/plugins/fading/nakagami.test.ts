import { expect, test } from 'vitest'
import {
  criticalDistance,
  exponentialDistribution,
  gammaDistribution,
  kolmogorovDistance,
  mean,
  variance,
} from '../statistics.js'
import { fadingPowers } from './sample.js'

test.each([0.5, 0.75, 2, 5.5])('power is gamma with unit mean, m = %d', async (m) => {
  const powers = await fadingPowers('nakagami', { m })
  expect(kolmogorovDistance(powers, gammaDistribution(m))).toBeLessThan(criticalDistance(powers.length))
  expect(Math.abs(mean(powers) - 1)).toBeLessThan(5 / Math.sqrt(m * powers.length))
  expect(variance(powers) * m).toBeCloseTo(1, 1)
})

test('m = 1 is Rayleigh', async () => {
  const powers = await fadingPowers('nakagami', { m: 1 })
  expect(kolmogorovDistance(powers, exponentialDistribution)).toBeLessThan(criticalDistance(powers.length))
})

test('a large m is no fading', async () => {
  const powers = await fadingPowers('nakagami', { m: 1e8 }, 400)
  for (const power of powers) expect(power).toBeCloseTo(1, 3)
})
