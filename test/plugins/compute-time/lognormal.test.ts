import { describe, expect, test } from 'vitest'
import { criticalDistance, kolmogorovDistance, mean, normalDistribution } from '../statistics.js'
import { builtIn } from '../support.js'
import { factorsOf } from './factors.js'

describe.each([0.3, 0.8])('with sigma %d', (sigma) => {
  test.each([
    ['mean', -(sigma ** 2) / 2],
    ['median', 0],
  ])('and %s 1, its logarithm is normal', async (normalise, mu) => {
    const sample = factorsOf(await builtIn('compute-time', 'lognormal', { sigma, normalise }), 20_000)
    const normalised = sample.map((factor) => (Math.log(factor) - mu) / sigma)
    expect(kolmogorovDistance(normalised, normalDistribution)).toBeLessThan(criticalDistance(sample.length))
    if (normalise === 'mean') expect(Math.abs(mean(sample) - 1)).toBeLessThan(0.03)
  })
})

test('with sigma 0 nobody straggles', async () => {
  const sample = factorsOf(await builtIn('compute-time', 'lognormal', { sigma: 0 }), 10)
  expect([...sample]).toEqual(new Array(10).fill(1))
})
