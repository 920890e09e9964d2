import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  distribution,
  ecdf,
  mean,
  quantile,
  sorted,
  standardDeviation,
} from '../../core/statistics/descriptive.js'

const infinity = Number.POSITIVE_INFINITY
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const samples = fc.array(finite, { minLength: 1, maxLength: 50 })

describe('mean and standard deviation', () => {
  test('are those of a textbook sample', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9]
    expect(mean(values)).toBe(5)
    expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 14)
  })

  test('keep the digits of small differences between large values', () => {
    expect(standardDeviation([1e9, 1e9 + 1, 1e9 + 2])).toBe(1)
  })

  test('a value more or less everywhere moves the mean and not the deviation', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 2, maxLength: 50 }), finite, (values, shift) => {
        const moved = values.map((value) => value + shift)
        expect(mean(moved)).toBeCloseTo(mean(values) + shift, 6)
        expect(standardDeviation(moved)).toBeCloseTo(standardDeviation(values), 5)
      }),
    )
  })

  test('one value has a mean and no deviation, none has neither', () => {
    expect(mean([3])).toBe(3)
    expect(standardDeviation([3])).toBeNaN()
    expect(mean([])).toBeNaN()
    expect(standardDeviation([])).toBeNaN()
  })

  test('an infinite value makes the mean infinite and leaves no deviation', () => {
    expect(mean([1, infinity])).toBe(infinity)
    expect(standardDeviation([1, infinity])).toBeNaN()
    expect(mean([-infinity, infinity])).toBeNaN()
  })
})

describe('quantiles', () => {
  test('are those of type 7', () => {
    // quantile(c(1, 2, 4, 8, 16), c(0, .1, .25, .5, .9, 1)) of R, whose default is type 7.
    const values = [1, 2, 4, 8, 16]
    const expected = { 0: 1, 0.1: 1.4, 0.25: 2, 0.5: 4, 0.9: 12.8, 1: 16 }
    for (const [p, value] of Object.entries(expected))
      expect(quantile(values, Number(p))).toBeCloseTo(value, 12)
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75)
  })

  test('lie between the extremes, in order, and the median halves the values', () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
        const ascending = sorted(values)
        expect(quantile(ascending, 0)).toBe(ascending[0])
        expect(quantile(ascending, 1)).toBe(ascending.at(-1))
        expect(quantile(ascending, p)).toBeGreaterThanOrEqual(ascending[0])
        expect(quantile(ascending, p)).toBeGreaterThanOrEqual(quantile(ascending, p / 2))
        const median = quantile(ascending, 0.5)
        expect(values.filter((value) => value <= median).length * 2).toBeGreaterThanOrEqual(values.length)
      }),
    )
  })

  test('of one value are that value', () => {
    for (const p of [0, 0.1, 0.5, 1]) expect(quantile([7], p)).toBe(7)
  })

  test('are infinite only where infinite values begin', () => {
    const values = [1, 2, 3, infinity, infinity]
    expect(quantile(values, 0.5)).toBe(3)
    expect(quantile(values, 0.6)).toBe(infinity)
    expect(quantile(values, 0.75)).toBe(infinity)
    expect(quantile(values, 1)).toBe(infinity)
    expect(quantile([-infinity, -infinity, 0], 0.25)).toBe(-infinity)
    expect(quantile([-infinity, infinity], 0.5)).toBeNaN()
  })

  test('of nothing, or with NaN among the values, are NaN', () => {
    expect(quantile([], 0.5)).toBeNaN()
    expect(quantile(sorted([Number.NaN, 1]), 0.5)).toBeNaN()
  })
})

test('a distribution has the five figures of its values in any order', () => {
  expect(distribution([16, 1, 8, 2, 4])).toEqual({
    mean: 6.2,
    std: standardDeviation([1, 2, 4, 8, 16]),
    q10: 1.4,
    median: 4,
    q90: 12.8,
  })
})

describe('the empirical distribution function', () => {
  test('has one step a value', () => {
    expect(ecdf([3, 1, 3, infinity])).toEqual({
      value: Float64Array.of(1, 3, infinity),
      probability: Float64Array.of(0.25, 0.75, 1),
    })
  })

  test('is at each value the share of values that are not greater', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }), (values) => {
        const { value, probability } = ecdf(values)
        expect([...value]).toEqual([...new Set(values)].sort((a, b) => a - b))
        for (let i = 0; i < value.length; i++) {
          expect(probability[i]).toBe(values.filter((x) => x <= value[i]).length / values.length)
        }
      }),
    )
  })

  test('refuses NaN', () => {
    expect(() => ecdf([1, Number.NaN])).toThrow(RangeError)
  })
})
