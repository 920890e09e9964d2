import { expect, test } from 'vitest'
import {
  correlation,
  criticalDistance,
  exponentialDistribution,
  kolmogorovDistance,
  mean,
  variance,
} from '../statistics.js'
import { fadingPowers } from './sample.js'

const powers = await fadingPowers('rayleigh', {}, 200_000)

test('power is exponential with unit mean', () => {
  expect(kolmogorovDistance(powers, exponentialDistribution)).toBeLessThan(criticalDistance(powers.length))
  expect(Math.abs(mean(powers) - 1)).toBeLessThan(5 / Math.sqrt(powers.length))
  // The variance of a sample's variance is (9 - 1) / size for an exponential.
  expect(Math.abs(variance(powers) - 1)).toBeLessThan(5 * Math.sqrt(8 / powers.length))
})

test('one link in a hundred is 20 dB down', () => {
  const faded = powers.filter((power) => power < 0.01).length / powers.length
  expect(faded).toBeGreaterThan(0.0094)
  expect(faded).toBeLessThan(0.0105)
})

test('links fade independently', () => {
  for (const lag of [1, 2, 10])
    expect(Math.abs(correlation(powers.slice(lag), powers.slice(0, -lag)))).toBeLessThan(
      5 / Math.sqrt(powers.length),
    )
})
