import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { sorted } from '../../core/statistics/descriptive.js'
import { doubtOf, tailIndex } from '../../core/statistics/heavy-tail.js'

const random = new RandomStreams(3).stream('tails')
const draws = (count: number, draw: () => number) => Float64Array.from({ length: count }, draw)

describe('a tail index', () => {
  test('is that of Pareto’s distribution, of a ten-thousandth part of whose sample is known how it is spread', () => {
    for (const shape of [0.5, 1, 2, 4]) {
      const index = tailIndex(sorted(draws(40_000, () => random.pareto(shape, 1))))
      // Of 200 values Hill's estimate has a relative standard deviation of 7 %.
      expect(Math.abs(index / shape - 1)).toBeLessThan(0.25)
    }
  })

  test('goes by the largest √n of the values, and by nothing below them', () => {
    // Ten of a hundred are e times as large as the eleventh.
    const values = Float64Array.from({ length: 100 }, (_, i) => (i < 90 ? 1 : Math.E))
    expect(tailIndex(values)).toBeCloseTo(1, 12)
    // Two sizes are no tail: the mean is as good as any.
    expect(doubtOf('mean', values)).toBeUndefined()
  })

  test('is none of few values, nor of those that are not positive', () => {
    expect(tailIndex(Float64Array.of(1, 2, 3))).toBe(Number.POSITIVE_INFINITY)
    expect(tailIndex(new Float64Array(100))).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('a mean is in doubt', () => {
  test('where it has no finite expectation, as of a rate that can be as near to 0 as it likes', () => {
    // Time on the air under Rayleigh fading, for whoever does not choose a channel: 1 / log₂(1 + γ·g), g exponential.
    const times = draws(2500, () => 1 / Math.log2(1 + 100 * random.exponential()))
    expect(doubtOf('mean', times)).toBeDefined()
    // The slowest of sixteen such, with interference: what random assignments cost.
    const slowest = draws(2500, () => random.pareto(0.55, 1))
    expect(doubtOf('mean', slowest)).toMatch(
      /^the largest 25 of 2500 make \d\d+ % of it, and .* no finite expectation \(tail index 0\.\d\d\)$/,
    )
    // Of the best of ten channels there is one.
    const best = draws(
      2500,
      () => 1 / Math.log2(1 + 100 * Math.max(...draws(10, () => random.exponential()))),
    )
    expect(doubtOf('mean', best)).toBeUndefined()
  })

  test('where one round in many makes it', () => {
    const costs = draws(5000, () => 1000 + random.uniform(-100, 100))
    expect(doubtOf('mean', costs)).toBeUndefined()
    costs[17] = 2e6
    expect(doubtOf('mean', costs)).toBe('the largest 50 of 5000 make 29 % of it')
    const few = [10, 11, 9, 12, 10, 11, 9, 12, 10, 11, 9, 12, 10, 11, 9, 12, 10, 11, 9]
    expect(doubtOf('mean', [...few, 100])).toBeUndefined()
    expect(doubtOf('mean', [...few, 600])).toBe('the largest 1 of 20 make 75 % of it')
    costs[18] = Number.POSITIVE_INFINITY
    expect(doubtOf('mean', costs)).toBe('1 of 5000 values are infinite')
  })

  test('and not where values are spread as costs, times and counts are', () => {
    for (const draw of [
      () => random.exponential(),
      () => random.lognormal(0, 1),
      () => random.next(),
      () => 1,
    ])
      for (const count of [1, 5, 20, 100, 2000]) expect(doubtOf('mean', draws(count, draw))).toBeUndefined()
    expect(
      doubtOf(
        'std',
        draws(2000, () => random.normal(1000, 100)),
      ),
    ).toBeUndefined()
    // The largest hundredth of an exponential distribution make 22 % of its variance.
    const exponential = Float64Array.from({ length: 2000 }, (_, i) => -Math.log(1 - (i + 0.5) / 2000))
    expect(doubtOf('std', exponential)).toBeUndefined()
  })

  test('of squared deviations sooner than of the values', () => {
    const values = draws(4000, () => random.pareto(1.7, 1))
    expect(doubtOf('std', values)).toMatch(/no finite expectation/)
  })
})
