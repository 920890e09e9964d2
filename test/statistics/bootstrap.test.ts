import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { bootstrapRatio } from '../../core/statistics/bootstrap.js'
import { comparePaired, mean, quantile, sorted } from '../../core/statistics/descriptive.js'

const stream = (name = 'bootstrap') => new RandomStreams(1).stream(name)
const median = (values: Float64Array) => quantile(sorted(values), 0.5)

describe('a bootstrapped ratio', () => {
  test('of means is that of a paired comparison', () => {
    const noise = stream('noise')
    const references = Array.from({ length: 200 }, () => 1 + noise.next())
    const values = references.map((value) => value * (0.7 + 0.2 * noise.next()))
    const ours = bootstrapRatio(values, references, mean, stream(), { resamples: 4000 })
    const { ratio } = comparePaired(values, references, stream(), { resamples: 4000 })
    expect(ours.value).toBeCloseTo(ratio.value, 12)
    expect(ours.low).toBeCloseTo(ratio.low, 12)
    expect(ours.high).toBeCloseTo(ratio.high, 12)
  })

  test('of medians does not mind what the largest values are, and covers the true one', () => {
    const noise = stream('noise')
    const resampling = stream()
    let covered = 0
    for (let trial = 0; trial < 200; trial++) {
      const references = Array.from({ length: 81 }, () => Math.exp(noise.next() - 0.5))
      const values = Array.from(
        { length: 81 },
        (_, i) => (i % 10 === 0 ? 1e9 : 1) * 2 * Math.exp(noise.next() - 0.5),
      )
      const { low, high } = bootstrapRatio(values, references, median, resampling, { resamples: 200 })
      // A tenth of the values is beyond all others: their median is the 5/9 quantile of the rest.
      const truth = 2 * Math.exp(0.5 / 0.9 - 0.5)
      if (low <= truth && truth <= high) covered++
    }
    // 95 % of 200 are 190, standard deviation 3.1.
    expect(covered).toBeGreaterThan(176)
  })

  test('of one pair has no width, and of unequal lengths is refused', () => {
    expect(bootstrapRatio([3], [2], mean, stream())).toEqual({ value: 1.5, low: 1.5, high: 1.5 })
    expect(() => bootstrapRatio([3], [], mean, stream())).toThrow(RangeError)
  })
})
