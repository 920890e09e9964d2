import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RandomStreams } from '../../core/kernel/random.js'
import {
  comparePaired,
  distribution,
  ecdf,
  mean,
  quantile,
  sorted,
  standardDeviation,
} from '../../core/results/statistics.js'

const infinity = Number.POSITIVE_INFINITY
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const samples = fc.array(finite, { minLength: 1, maxLength: 50 })

describe('mean and standard deviation', () => {
  it('are those of a textbook sample', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9]
    expect(mean(values)).toBe(5)
    expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 14)
  })

  it('keep the digits of small differences between large values', () => {
    expect(standardDeviation([1e9, 1e9 + 1, 1e9 + 2])).toBe(1)
  })

  it('a value more or less everywhere moves the mean and not the deviation', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 2, maxLength: 50 }), finite, (values, shift) => {
        const moved = values.map((value) => value + shift)
        expect(mean(moved)).toBeCloseTo(mean(values) + shift, 6)
        expect(standardDeviation(moved)).toBeCloseTo(standardDeviation(values), 5)
      }),
    )
  })

  it('one value has a mean and no deviation, none has neither', () => {
    expect(mean([3])).toBe(3)
    expect(standardDeviation([3])).toBeNaN()
    expect(mean([])).toBeNaN()
    expect(standardDeviation([])).toBeNaN()
  })

  it('an infinite value makes the mean infinite and leaves no deviation', () => {
    expect(mean([1, infinity])).toBe(infinity)
    expect(standardDeviation([1, infinity])).toBeNaN()
    expect(mean([-infinity, infinity])).toBeNaN()
  })
})

describe('quantiles', () => {
  it('are those of type 7', () => {
    // quantile(c(1, 2, 4, 8, 16), c(0, .1, .25, .5, .9, 1)) of R, whose default is type 7.
    const values = [1, 2, 4, 8, 16]
    const expected = { 0: 1, 0.1: 1.4, 0.25: 2, 0.5: 4, 0.9: 12.8, 1: 16 }
    for (const [p, value] of Object.entries(expected))
      expect(quantile(values, Number(p))).toBeCloseTo(value, 12)
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75)
  })

  it('lie between the extremes, in order, and the median halves the values', () => {
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

  it('of one value are that value', () => {
    for (const p of [0, 0.1, 0.5, 1]) expect(quantile([7], p)).toBe(7)
  })

  it('are infinite only where infinite values begin', () => {
    const values = [1, 2, 3, infinity, infinity]
    expect(quantile(values, 0.5)).toBe(3)
    expect(quantile(values, 0.6)).toBe(infinity)
    expect(quantile(values, 0.75)).toBe(infinity)
    expect(quantile(values, 1)).toBe(infinity)
    expect(quantile([-infinity, -infinity, 0], 0.25)).toBe(-infinity)
    expect(quantile([-infinity, infinity], 0.5)).toBeNaN()
  })

  it('of nothing, or with NaN among the values, are NaN', () => {
    expect(quantile([], 0.5)).toBeNaN()
    expect(quantile(sorted([Number.NaN, 1]), 0.5)).toBeNaN()
  })
})

it('a distribution has the five figures of its values in any order', () => {
  expect(distribution([16, 1, 8, 2, 4])).toEqual({
    mean: 6.2,
    std: standardDeviation([1, 2, 4, 8, 16]),
    q10: 1.4,
    median: 4,
    q90: 12.8,
  })
})

describe('the empirical distribution function', () => {
  it('has one step a value', () => {
    expect(ecdf([3, 1, 3, infinity])).toEqual({
      value: Float64Array.of(1, 3, infinity),
      probability: Float64Array.of(0.25, 0.75, 1),
    })
  })

  it('is at each value the share of values that are not greater', () => {
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

  it('refuses NaN', () => {
    expect(() => ecdf([1, Number.NaN])).toThrow(RangeError)
  })
})

describe('a paired comparison', () => {
  const stream = (name = 'bootstrap') => new RandomStreams(1).stream(name)

  it('of values that are always a third less has a ratio without doubt and a difference with one', () => {
    const reference = Float64Array.from({ length: 200 }, (_, i) => 3 + (i % 7))
    const { ratio, difference, rounds } = comparePaired(
      reference.map((value) => (value * 2) / 3),
      reference,
      stream(),
    )
    expect(rounds).toBe(200)
    for (const end of Object.values(ratio)) expect(end).toBeCloseTo(2 / 3, 12)
    expect(difference.value).toBeCloseTo(-mean(reference) / 3, 12)
    expect(difference.low).toBeLessThan(difference.value)
    expect(difference.high).toBeGreaterThan(difference.value)
  })

  it('of values that are always 2 more has a difference without doubt', () => {
    const reference = Float64Array.from({ length: 50 }, (_, i) => i)
    const { difference } = comparePaired(
      reference.map((value) => value + 2),
      reference,
      stream(),
    )
    expect(difference).toEqual({ value: 2, low: 2, high: 2 })
  })

  it('is the same for the same stream, and about the same for another', () => {
    const noise = stream('noise')
    const reference = Float64Array.from({ length: 300 }, () => 1 + noise.next())
    const values = reference.map((value) => value + noise.next())
    const first = comparePaired(values, reference, stream())
    expect(comparePaired(values, reference, stream())).toEqual(first)
    const other = comparePaired(values, reference, stream('other'))
    expect(other).not.toEqual(first)
    expect(other.difference.low).toBeCloseTo(first.difference.low, 2)
    expect(other.ratio.high).toBeCloseTo(first.ratio.high, 2)
  })

  it('has intervals as wide as the standard error says', () => {
    const noise = stream('noise')
    const values = Float64Array.from({ length: 400 }, () => noise.next())
    const { difference } = comparePaired(values, new Float64Array(400), stream(), { resamples: 4000 })
    const standardError = standardDeviation(values) / Math.sqrt(400)
    expect((difference.high - difference.low) / (2 * 1.96 * standardError)).toBeCloseTo(1, 1)
  })

  it('covers the true mean about as often as it says', () => {
    const noise = stream('noise')
    const resampling = stream()
    let covered = 0
    for (let trial = 0; trial < 300; trial++) {
      const values = Float64Array.from({ length: 60 }, () => noise.next())
      const { difference } = comparePaired(values, new Float64Array(60), resampling, { resamples: 400 })
      if (difference.low <= 0.5 && difference.high >= 0.5) covered++
    }
    // 95 % of 300 give 285, standard deviation 3.8; percentile intervals of 60 values cover slightly less.
    expect(covered).toBeGreaterThan(268)
    expect(covered).toBeLessThan(299)
  })

  it('of one round has intervals of no width', () => {
    expect(comparePaired([3], [2], stream())).toEqual({
      rounds: 1,
      difference: { value: 1, low: 1, high: 1 },
      ratio: { value: 1.5, low: 1.5, high: 1.5 },
    })
  })

  it('with an infinite round is infinite, and never a number that is not there', () => {
    const reference = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, infinity]
    const { difference, ratio } = comparePaired(values, reference, stream())
    expect([difference.value, difference.high]).toEqual([infinity, infinity])
    expect([ratio.value, ratio.high]).toEqual([infinity, infinity])
    // A third of the resamples miss the infinite round.
    expect(difference.low).toBe(0)
    expect(ratio.low).toBe(1)
    const both = comparePaired(values, values, stream())
    expect(both.difference).toEqual({ value: Number.NaN, low: Number.NaN, high: Number.NaN })
  })

  it('of nothing is NaN, and of unequal lengths is refused', () => {
    expect(comparePaired([], [], stream()).ratio).toEqual({
      value: Number.NaN,
      low: Number.NaN,
      high: Number.NaN,
    })
    expect(() => comparePaired([1], [1, 2], stream())).toThrow(RangeError)
  })
})
