import { expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { normalProbability, RandomField } from '../../core/plugin/index.js'
import {
  correlation,
  criticalDistance,
  kolmogorovDistance,
  mean,
  normalDistribution,
  variance,
} from '../plugins/statistics.js'

const fieldOf = (index: number) => new RandomField(new RandomStreams('fields').stream('field', index))

const many = (count: number, value: (index: number) => number) =>
  Float64Array.from({ length: count }, (_, i) => value(i))

test('the values of many fields at a place are standard normal', () => {
  const values = many(4000, (i) => fieldOf(i).at(3.7, -12.2))
  expect(kolmogorovDistance(values, normalDistribution)).toBeLessThan(criticalDistance(4000))
})

test('a single field has that mean and spread over space', () => {
  for (let i = 0; i < 3; i++) {
    const field = fieldOf(i)
    const values = many(40_000, (at) => field.at((at % 200) * 1.9, Math.floor(at / 200) * 2.3))
    expect(Math.abs(mean(values))).toBeLessThan(0.05)
    expect(Math.abs(variance(values) - 1)).toBeLessThan(0.05)
  }
})

test.each([0.25, 0.5, 1, 2])(
  'two places %f correlation distances apart correlate by exp(-Δ), whichever way',
  (lag) => {
    for (const angle of [0, 1, 2.5]) {
      const fields = Array.from({ length: 400 }, (_, i) => fieldOf(i))
      const pairs = 40
      const here = many(400 * pairs, (i) => fields[i % 400].at(Math.floor(i / 400) * 5, 0))
      const there = many(400 * pairs, (i) =>
        fields[i % 400].at(Math.floor(i / 400) * 5 + lag * Math.cos(angle), lag * Math.sin(angle)),
      )
      expect(Math.abs(correlation(here, there) - Math.exp(-lag))).toBeLessThan(0.02)
    }
  },
)

test('who comes back finds what was there', () => {
  const field = fieldOf(0)
  const before = field.at(10, 20)
  field.at(500, -3)
  expect(field.at(10, 20)).toBe(before)
  expect(fieldOf(0).at(10, 20)).toBe(before)
  expect(fieldOf(1).at(10, 20)).not.toBe(before)
})

test('the normal distribution to double precision', () => {
  // Abramowitz and Stegun, Table 26.1.
  const published: [number, number][] = [
    [0, 0.5],
    [0.5, 0.691462461274013],
    [1, 0.841344746068543],
    [1.96, 0.97500210485178],
    [3, 0.99865010196837],
    [4, 0.999968328758167],
  ]
  for (const [x, value] of published) {
    expect(normalProbability(x)).toBeCloseTo(value, 14)
    expect(normalProbability(-x)).toBeCloseTo(1 - value, 14)
  }
})
