import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { comparePaired, mean, standardDeviation } from '../../core/statistics/descriptive.js'

const infinity = Number.POSITIVE_INFINITY

describe('a paired comparison', () => {
  const stream = (name = 'bootstrap') => new RandomStreams(1).stream(name)

  test('of values that are always a third less has a ratio without doubt and a difference with one', () => {
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

  test('of values that are always 2 more has a difference without doubt', () => {
    const reference = Float64Array.from({ length: 50 }, (_, i) => i)
    const { difference } = comparePaired(
      reference.map((value) => value + 2),
      reference,
      stream(),
    )
    expect(difference).toEqual({ value: 2, low: 2, high: 2 })
    // Where rounds are drawn in threes, the last group has two.
    const many = Float64Array.from({ length: 25_001 }, (_, i) => i % 7)
    const grouped = comparePaired(
      many.map((value) => value + 2),
      many,
      stream(),
      { resamples: 200 },
    )
    expect(grouped.difference).toEqual({ value: 2, low: 2, high: 2 })
  })

  test('is the same for the same stream, and about the same for another', () => {
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

  test('has intervals as wide as the standard error says', () => {
    const noise = stream('noise')
    const values = Float64Array.from({ length: 400 }, () => noise.next())
    const { difference } = comparePaired(values, new Float64Array(400), stream(), { resamples: 4000 })
    const standardError = standardDeviation(values) / Math.sqrt(400)
    expect((difference.high - difference.low) / (2 * 1.96 * standardError)).toBeCloseTo(1, 1)
  })

  test('covers the true mean about as often as it says', () => {
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

  test('of one round has intervals of no width', () => {
    expect(comparePaired([3], [2], stream())).toEqual({
      rounds: 1,
      difference: { value: 1, low: 1, high: 1 },
      ratio: { value: 1.5, low: 1.5, high: 1.5 },
    })
  })

  test('with an infinite round is infinite, and never a number that is not there', () => {
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

  test('of nothing is NaN, and of unequal lengths is refused', () => {
    expect(comparePaired([], [], stream()).ratio).toEqual({
      value: Number.NaN,
      low: Number.NaN,
      high: Number.NaN,
    })
    expect(() => comparePaired([1], [1, 2], stream())).toThrow(RangeError)
  })

  test('of more rounds than are drawn one by one has the same estimates, and intervals as wide', () => {
    const noise = stream('noise')
    const rounds = 25_001
    const reference = Float64Array.from({ length: rounds }, () => 1 + noise.next())
    const values = reference.map((value) => value + noise.next())
    const { difference, ratio } = comparePaired(values, reference, stream(), { resamples: 500 })
    const each = values.map((value, round) => value - reference[round])
    expect(difference.value).toBeCloseTo(mean(each), 12)
    expect(ratio.value).toBeCloseTo(mean(values) / mean(reference), 12)
    const standardError = standardDeviation(each) / Math.sqrt(rounds)
    expect((difference.high - difference.low) / (2 * 1.96 * standardError)).toBeCloseTo(1, 0.7)
    expect(difference.low).toBeLessThan(difference.value)
    expect(ratio.high).toBeGreaterThan(ratio.value)
  })
})
