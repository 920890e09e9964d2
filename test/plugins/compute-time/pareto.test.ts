import { expect, test } from 'vitest'
import { criticalDistance, kolmogorovDistance, mean } from '../statistics.js'
import { builtIn } from '../support.js'
import { factorsOf } from './factors.js'

test.each([
  [3, 'mean', 2 / 3],
  [3, 'median', 2 ** (-1 / 3)],
  [1.5, 'mean', 1 / 3],
] as const)('with shape %d and %s 1, it is Pareto from %d on', async (shape, normalise, smallest) => {
  const sample = factorsOf(await builtIn('compute-time', 'pareto', { shape, normalise }), 20_000)
  const distribution = (x: number) => (x <= smallest ? 0 : 1 - (smallest / x) ** shape)
  expect(kolmogorovDistance(sample, distribution)).toBeLessThan(criticalDistance(sample.length))
  if (shape === 3 && normalise === 'mean') expect(Math.abs(mean(sample) - 1)).toBeLessThan(0.03)
  const below = sample.filter((factor) => factor < 1).length / sample.length
  if (normalise === 'median') expect(Math.abs(below - 0.5)).toBeLessThan(0.02)
})
