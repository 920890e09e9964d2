import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { geometricMean, ratioOfMeans, studentMean } from '../../core/statistics/student.js'
import { studentQuantile, studentTails } from '../../core/statistics/tail-probabilities.js'

const infinity = Number.POSITIVE_INFINITY

describe('Student’s t', () => {
  test('has the tails of the tables', () => {
    // pt(-t, df) * 2 of R.
    for (const [t, degrees, p] of [
      [1, 1, 0.5],
      [2, 2, 0.1835034190722739],
      [3, 4, 0.03994196807171],
      [2.5, 9, 0.03386169617404],
      [1.96, 1000, 0.05027],
    ])
      expect(studentTails(t, degrees)).toBeCloseTo(p, 4)
    expect(studentTails(-3, 4)).toBe(studentTails(3, 4))
    expect(studentTails(0, 3)).toBe(1)
    expect(studentTails(1e9, 5)).toBeLessThan(1e-15)
  })

  test('has the closed forms of one and two degrees of freedom', () => {
    for (const t of [0.1, 0.7, 1.3, 4, 12.706]) {
      expect(studentTails(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 13)
      expect(studentTails(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 13)
      expect(studentTails(t, 3)).toBeCloseTo(
        1 - (2 / Math.PI) * (Math.atan(t / Math.sqrt(3)) + (t * Math.sqrt(3)) / (t * t + 3)),
        13,
      )
    }
  })

  test('has the quantiles of the tables, which its tails lead back to', () => {
    const table = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814]
    for (const [i, quantile] of table.entries()) expect(studentQuantile(0.05, i + 1)).toBeCloseTo(quantile, 4)
    expect(studentQuantile(0.01, 9)).toBeCloseTo(3.24984, 4)
    // Of many degrees of freedom it is the normal distribution's.
    expect(studentQuantile(0.05, 12_499)).toBeCloseTo(1.9601, 3)
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 0.99, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (p, n) => {
          expect(studentTails(studentQuantile(p, n), n)).toBeCloseTo(p, 9)
        },
      ),
    )
  })
})

describe('a mean of a few values', () => {
  test('has the interval and the p of the paired t test', () => {
    // Student's (1908) own: hours of sleep gained under the second drug over the first; t.test of R.
    const gained = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]
    const { value, low, high, p } = studentMean(gained)
    expect(value).toBeCloseTo(1.58, 12)
    expect([low, high]).toEqual([expect.closeTo(0.7001142, 6), expect.closeTo(2.4598858, 6)])
    expect(p).toBeCloseTo(0.00283289, 7)
    expect(studentMean(gained, 0.99).low).toBeLessThan(low)
  })

  test('that are all alike has no width, and one value or an infinite one has no interval', () => {
    expect(studentMean([2, 2, 2])).toEqual({ value: 2, low: 2, high: 2, p: 0 })
    expect(studentMean([0, 0])).toEqual({ value: 0, low: 0, high: 0, p: 1 })
    const none = { low: Number.NaN, high: Number.NaN, p: Number.NaN }
    expect(studentMean([3])).toEqual({ value: 3, ...none })
    expect(geometricMean([1, Number.POSITIVE_INFINITY])).toEqual({ value: Number.POSITIVE_INFINITY, ...none })
    expect(geometricMean([0, 2])).toEqual({ value: 0, ...none })
  })

  test('of ratios is geometric, and that of their inverses is the inverse', () => {
    expect(geometricMean([0.5, 2]).value).toBeCloseTo(1, 14)
    const ratios = [0.7, 0.9, 0.8, 1.1, 0.95]
    const [one, other] = [geometricMean(ratios), geometricMean(ratios.map((ratio) => 1 / ratio))]
    expect(other.value).toBeCloseTo(1 / one.value, 12)
    expect(other.low).toBeCloseTo(1 / one.high, 12)
    expect(other.p).toBeCloseTo(one.p, 12)
  })
})

describe('a ratio of means', () => {
  const count = fc.array(fc.tuple(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 16 })), {
    minLength: 2,
    maxLength: 12,
  })

  test('has in its interval just the ratios that a t test does not refuse', () => {
    fc.assert(
      fc.property(count, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)]
        const { value, low, high } = ratioOfMeans(a, b)
        const p = (ratio: number) => studentMean(a.map((x, i) => x - ratio * b[i])).p
        expect(low).toBeLessThanOrEqual(value + 1e-9)
        expect(high).toBeGreaterThanOrEqual(value - 1e-9)
        if (high - low < 1e-6) return
        if (low > 0) expect(p(low)).toBeCloseTo(0.05, 6)
        if (low === 0) expect(p(0)).toBeGreaterThanOrEqual(0.05 - 1e-6)
        if (high === Number.POSITIVE_INFINITY) return
        expect(p(high)).toBeCloseTo(0.05, 6)
        expect(p(high + 0.01 * high)).toBeLessThan(0.05)
      }),
    )
  })

  test('leaves 1 out where the differences are significant, and nowhere else', () => {
    fc.assert(
      fc.property(count, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)]
        const { low, high, p } = ratioOfMeans(a, b)
        if (Math.abs(p - 0.05) > 1e-6 && high < Number.POSITIVE_INFINITY)
          expect(low > 1 || high < 1).toBe(p < 0.05)
      }),
    )
  })

  test('has no upper end where the references may be 0 in the mean, and none is invented', () => {
    const { value, low, high } = ratioOfMeans([1, 1, 0, 0, 1], [0, 0, 1, 0, 0])
    expect(value).toBeCloseTo(3, 12)
    expect([low, high]).toEqual([0, Number.POSITIVE_INFINITY])
    // A lower end there is all the same, where the values are not 0 in the mean.
    const open = ratioOfMeans([4, 5, 6, 5], [0, 3, 0, 1])
    expect(open.high).toBe(Number.POSITIVE_INFINITY)
    expect(studentMean([4, 5, 6, 5].map((own, i) => own - open.low * [0, 3, 0, 1][i])).p).toBeCloseTo(0.05, 9)
    expect(open.low).toBeGreaterThan(1)
    expect(open.p).toBeLessThan(0.05)
    expect(ratioOfMeans([0, 0], [0, 0]).value).toBeNaN()
    const none = { low: Number.NaN, high: Number.NaN, p: Number.NaN }
    expect(ratioOfMeans([1, infinity], [1, 2])).toEqual({ value: infinity, ...none })
    expect(ratioOfMeans([1, 2], [1, infinity])).toEqual({ value: 0, ...none })
    expect(ratioOfMeans([3], [2])).toEqual({ value: 1.5, ...none })
    expect(() => ratioOfMeans([1], [1, 2])).toThrow(RangeError)
    // The larger of two that do not vary: no doubt.
    expect(ratioOfMeans([3, 3, 3], [2, 2, 2])).toEqual({ value: 1.5, low: 1.5, high: 1.5, p: 0 })
  })
})

describe('intervals of five and of ten seeds cover what they say', () => {
  const random = new RandomStreams(11).stream('coverage')
  const normal = () => random.normal()
  const binomial = (n: number, p: number) =>
    Array.from({ length: n }, () => random.next()).filter((u) => u < p).length
  const trials = process.env.COTWIN_LONG ? 40_000 : 6000

  /** Pairs of a seed, the ratio of their means, and whether the logarithm of their ratio is spread evenly around its. */
  const draws: Record<string, { pair: () => [number, number]; ratio: number; positive: boolean }> = {
    'normal, independent': {
      pair: () => [0.9 * (1 + 0.1 * normal()), 1 + 0.1 * normal()],
      ratio: 0.9,
      positive: true,
    },
    'lognormal, independent': {
      pair: () => [0.8 * Math.exp(0.5 * normal()), Math.exp(0.5 * normal())],
      ratio: 0.8,
      positive: true,
    },
    'lognormal, wide': { pair: () => [Math.exp(normal()), Math.exp(normal())], ratio: 1, positive: true },
    'paired: what a seed draws scales both': {
      pair: () => {
        const seed = Math.exp(0.5 * normal())
        return [0.9 * seed * (1 + 0.05 * normal()), seed * (1 + 0.05 * normal())]
      },
      ratio: 0.9,
      positive: true,
    },
    'accuracies, paired': {
      pair: () => {
        const seed = 0.82 + 0.02 * normal()
        return [seed + 0.005 * normal(), seed + 0.005 * normal()]
      },
      ratio: 1,
      positive: true,
    },
    'clients that quit, of sixteen': {
      pair: () => {
        const share = random.uniform(0.3, 0.7)
        return [binomial(16, share), binomial(16, share)]
      },
      ratio: 1,
      positive: false,
    },
    'clients that quit, hardly any': {
      pair: () => [binomial(16, 0.06), binomial(16, 0.06)],
      ratio: 1,
      positive: false,
    },
  }

  const cases = Object.keys(draws).flatMap((name) => [5, 10].map((seeds) => [name, seeds] as const))
  test.each(cases)('%s, %i seeds', (name, seeds) => {
    const { pair, ratio, positive } = draws[name]
    const estimators = {
      ratioOfMeans,
      ...(positive && {
        geometricMean: (a: number[], b: number[]) => geometricMean(a.map((value, i) => value / b[i])),
      }),
    }
    const tally = Object.keys(estimators).map(() => ({ covered: 0, below: 0, above: 0 }))
    for (let trial = 0; trial < trials; trial++) {
      const pairs = Array.from({ length: seeds }, pair)
      const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)]
      Object.values(estimators).forEach((estimate, i) => {
        const { value, low, high } = estimate(a, b)
        // Nothing to say is nothing wrong.
        if (Number.isNaN(value) || (low <= ratio && ratio <= high)) tally[i].covered++
        else if (high < ratio) tally[i].below++
        else tally[i].above++
      })
    }
    for (const { covered, below, above } of tally) {
      // 94 %, and so much more as chance may take: 95 % of 6000 have a standard deviation of 0.28 %.
      expect(covered / trials).toBeGreaterThan(0.94)
      // A claim of "lower" or "higher" where there is no difference.
      expect(below / trials).toBeLessThan(0.032)
      expect(above / trials).toBeLessThan(0.032)
    }
  })
})
