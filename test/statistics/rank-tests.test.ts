import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import {
  criticalDifference,
  friedmanTest,
  holm,
  ranks,
  signedRankTest,
} from '../../core/statistics/rank-tests.js'
import {
  chiSquareTail,
  normalTail,
  studentizedRangeQuantile,
} from '../../core/statistics/tail-probabilities.js'

test('equal values share the mean of their ranks', () => {
  expect([...ranks([3, 1, 3, 2, 3])]).toEqual([4, 1, 4, 2, 4])
  expect([...ranks([Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY])]).toEqual([2.5, 1, 2.5])
})

describe('tail probabilities', () => {
  test('are those of the tables', () => {
    for (const [z, p] of [
      [0.5, 0.308537539],
      [1.96, 0.0249978951],
      [3, 0.00134989803],
      [6, 9.86587645e-10],
      [10, 7.61985302e-24],
    ])
      expect(normalTail(z) / p).toBeCloseTo(1, 7)
    expect(normalTail(-1.96)).toBeCloseTo(0.9750021, 7)
    for (const [x, degrees, p] of [
      [11.143, 2, 3.804769e-3],
      [3.84, 1, 5.00435212e-2],
      [0.5, 3, 0.918891412],
      [40, 5, 1.4933679e-7],
    ])
      expect(chiSquareTail(x, degrees) / p).toBeCloseTo(1, 6)
  })

  test('of the range of normal variables give the critical values of Nemenyi’s test', () => {
    // Table 5 of Demšar (2006), 2 to 10 classifiers.
    const at05 = [1.96, 2.343, 2.569, 2.728, 2.85, 2.949, 3.031, 3.102, 3.164]
    const at10 = [1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.78, 2.855, 2.92]
    for (let k = 2; k <= 10; k++) {
      expect(Math.abs(studentizedRangeQuantile(0.95, k) / Math.SQRT2 - at05[k - 2])).toBeLessThan(0.0011)
      expect(Math.abs(studentizedRangeQuantile(0.9, k) / Math.SQRT2 - at10[k - 2])).toBeLessThan(0.0011)
    }
    expect(studentizedRangeQuantile(0.95, 20) / Math.SQRT2).toBeCloseTo(3.5437991, 6)
  })
})

describe('the signed-rank test', () => {
  test('of Hamilton’s depression scores has the published p', () => {
    // Hollander and Wolfe (1973), table 3.1: T⁺ = 40, two-sided p = 0.0390625.
    const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3]
    const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    expect(signedRankTest(before, after)).toEqual({ pairs: 9, positive: 40, p: 0.0390625, exact: true })
  })

  test('of thirty pairs counts all patterns', () => {
    const differences = Array.from({ length: 30 }, (_, i) => (i + 1) * [1, -1, 1, 1, -1, 1][i % 6])
    const { p, exact } = signedRankTest(differences, new Float64Array(30))
    expect(exact).toBe(true)
    // scipy.stats.wilcoxon(…, method='exact')
    expect(p).toBeCloseTo(0.11417667381465435, 14)
  })

  test('of tied differences approximates, its variance corrected', () => {
    const differences = [1, 1, 2, -2, 3, -3, 4, 5, 5, -1, 6, 7]
    const { p, exact } = signedRankTest(differences, new Float64Array(12))
    expect(exact).toBe(false)
    // Three that are equal have a whole number for their rank, and are tied all the same.
    expect(signedRankTest([1, 1, 1, 2, -3], new Float64Array(5)).exact).toBe(false)
    // scipy.stats.wilcoxon(…, method='asymptotic', correction=False)
    expect(p).toBeCloseTo(0.040842897548396644, 12)
  })

  test('leaves equal pairs out, and of nothing but those says nothing', () => {
    expect(signedRankTest([1, 2, 3, 9], [1, 1, 1, 1]).pairs).toBe(3)
    expect(signedRankTest([1, 2], [1, 2]).p).toBe(1)
    const never = Number.POSITIVE_INFINITY
    expect(signedRankTest([never, 1], [never, 2]).pairs).toBe(1)
  })

  test('does not care which of the two comes first', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ max: 9, min: -9 }), fc.integer({ max: 9, min: -9 })), {
      minLength: 1,
      maxLength: 60,
    })
    fc.assert(
      fc.property(pairs, (drawn) => {
        const [a, b] = [drawn.map(([first]) => first), drawn.map(([, second]) => second)]
        expect(signedRankTest(a, b).p).toBeCloseTo(signedRankTest(b, a).p, 12)
      }),
    )
  })

  test('finds what is not there about as often as it says', () => {
    const random = new RandomStreams(3).stream('null')
    let found = 0
    for (let trial = 0; trial < 1000; trial++) {
      const values = Float64Array.from({ length: 80 }, () => random.next() - 0.5)
      if (signedRankTest(values, new Float64Array(80)).p < 0.05) found++
    }
    // 5 % of 1000, standard deviation 6.9.
    expect(found).toBeGreaterThan(25)
    expect(found).toBeLessThan(75)
  })
})

describe('Holm’s correction', () => {
  test('is that of a worked example', () => {
    // p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm') of R.
    const adjusted = holm([0.01, 0.04, 0.03, 0.005])
    for (const [i, p] of [0.03, 0.06, 0.06, 0.02].entries()) expect(adjusted[i]).toBeCloseTo(p, 12)
  })

  test('leaves out what was not tested, and stays a probability', () => {
    expect(holm([Number.NaN, 0.5, 0.9])).toEqual([Number.NaN, 1, 1])
    expect(holm([])).toEqual([])
  })
})

describe('the Friedman test', () => {
  test('of the rounding times has the published statistic', () => {
    // Hollander and Wolfe (1973), p. 140: three ways to round first base, 22 players.
    const players = [
      [5.4, 5.5, 5.55],
      [5.85, 5.7, 5.75],
      [5.2, 5.6, 5.5],
      [5.55, 5.5, 5.4],
      [5.9, 5.85, 5.7],
      [5.45, 5.55, 5.6],
      [5.4, 5.4, 5.35],
      [5.45, 5.5, 5.35],
      [5.25, 5.15, 5.0],
      [5.85, 5.8, 5.7],
      [5.25, 5.2, 5.1],
      [5.65, 5.55, 5.45],
      [5.6, 5.35, 5.45],
      [5.05, 5.0, 4.95],
      [5.5, 5.5, 5.4],
      [5.45, 5.55, 5.5],
      [5.55, 5.55, 5.35],
      [5.45, 5.5, 5.55],
      [5.5, 5.45, 5.25],
      [5.65, 5.6, 5.4],
      [5.7, 5.65, 5.55],
      [6.3, 6.3, 6.25],
    ]
    const { statistic, p, blocks } = friedmanTest([0, 1, 2].map((way) => players.map((times) => times[way])))
    expect(blocks).toBe(22)
    expect(statistic).toBeCloseTo(11.143, 3)
    expect(p).toBeCloseTo(0.003805, 6)
  })

  test('of treatments that are always equal finds nothing', () => {
    expect(friedmanTest([Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3)])).toEqual({
      blocks: 3,
      meanRanks: [1.5, 1.5],
      statistic: 0,
      p: 1,
    })
  })
})

test('the critical difference is that of Demšar’s example', () => {
  // Four classifiers on fourteen data sets: 1.25.
  expect(criticalDifference(4, 14)).toBeCloseTo(2.569 * Math.sqrt(20 / 84), 3)
})
