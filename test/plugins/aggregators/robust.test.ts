import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exchangesFor } from '../../../plugins/aggregators/shared/sorted-values.js'
import { builtIn, problemsOf } from '../support.js'
import { someWeights, spreadOf, updatesOf, zeros } from './updates.js'

/** Each with so many poisoned of so many updates as it stands. */
const robust = [
  ['coordinate-median', {}, 9, 4],
  ['trimmed-mean', { trim: 0.3 }, 9, 2],
  ['krum', { byzantine: 2 }, 9, 2],
  ['multi-krum', { byzantine: 2 }, 9, 2],
  ['bulyan', { byzantine: 1 }, 9, 1],
] as const

const poison = fc.constantFrom(
  1e3,
  -1e3,
  1e30,
  -1e30,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
)

describe('a poisoned minority moves nothing beyond the honest spread', () => {
  test.each(robust)('%s', async (name, options, count, poisoned) => {
    const aggregator = await builtIn('aggregator', name, options)
    const honest = someWeights({ min: count - poisoned, max: count - poisoned })
    fc.assert(
      fc.property(
        honest,
        fc.array(poison, { minLength: poisoned * 6, maxLength: poisoned * 6 }),
        (weights, bad) => {
          const others = Array.from({ length: poisoned }, (_, k) => bad.slice(6 * k, 6 * k + 6))
          const { low, high } = spreadOf(weights)
          const result = aggregator.aggregate(zeros(6), updatesOf([...others, ...weights]))
          for (const [i, x] of result.entries()) {
            expect(x).toBeGreaterThanOrEqual(low[i] - 1e-4)
            expect(x).toBeLessThanOrEqual(high[i] + 1e-4)
          }
        },
      ),
    )
  })

  test('geometric-median: stays near the honest, however far the others (Pillutla et al., 2022, breakdown point ½)', async () => {
    const median = await builtIn('aggregator', 'geometric-median')
    for (const far of [1e3, 1e6, 1e9, Number.NaN]) {
      const honest = [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
        [0.5, 0.5],
      ]
      const result = median.aggregate(zeros(2), updatesOf([...honest, [far, far], [far, -far], [far, 0]]))
      // The minority pulls to one side, and cannot go on pulling.
      expect(Math.hypot(result[0] - 0.5, result[1] - 0.5)).toBeLessThan(1.5)
    }
  })

  test('fedavg is moved', async () => {
    const fedavg = await builtIn('aggregator', 'fedavg')
    expect(fedavg.aggregate(zeros(1), updatesOf([[0], [0], [300]]))[0]).toBeCloseTo(100)
  })
})

describe('coordinate-median', () => {
  test.each([1, 2, 3, 5, 8, 16, 17, 33, 64, 65, 100, 301])(
    'of %d updates is that of a sort',
    async (count) => {
      const aggregator = await builtIn('aggregator', 'coordinate-median')
      const length = 1027
      const weights = Array.from({ length: count }, (_, k) =>
        Float32Array.from({ length }, (_, i) =>
          Math.fround(Math.sin(1 + i * 7.3 + k * 113.7) * 10 ** ((k % 5) - 2)),
        ),
      )
      const result = aggregator.aggregate(zeros(length), updatesOf(weights))
      for (const i of [0, 1, 500, 1023, 1024, 1026]) {
        const sorted = weights.map((each) => each[i]).sort((a, b) => a - b)
        const expected = (sorted[Math.floor((count - 1) / 2)] + sorted[Math.floor(count / 2)]) / 2
        expect(result[i]).toBe(Math.fround(expected))
      }
    },
  )

  test('its exchanges put every wanted rank in place (zeros and ones suffice: Knuth, 5.3.4)', () => {
    for (const count of [2, 3, 4, 5, 6, 7, 8, 9, 10])
      for (const [first, last] of [
        [0, count - 1],
        [(count - 1) >> 1, count >> 1],
      ]) {
        const exchanges = exchangesFor(count, first, last)
        for (let bits = 0; bits < 2 ** count; bits++) {
          const values = Array.from({ length: count }, (_, i) => (bits >> i) & 1)
          const ones = values.filter((value) => value === 1).length
          for (const [low, high] of exchanges)
            if (values[low] > values[high]) [values[low], values[high]] = [values[high], values[low]]
          for (let rank = first; rank <= last; rank++) expect(values[rank]).toBe(rank >= count - ones ? 1 : 0)
        }
      }
  })
})

test('trimmed-mean leaves out the share it is told to, at either end', async () => {
  const values = [[7], [1], [100], [3], [-50]]
  const trimmed = await builtIn('aggregator', 'trimmed-mean', { trim: 0.2 })
  expect(trimmed.aggregate(zeros(1), updatesOf(values))[0]).toBeCloseTo(11 / 3)
  const mean = await builtIn('aggregator', 'trimmed-mean', { trim: 0 })
  expect(mean.aggregate(zeros(1), updatesOf(values))[0]).toBeCloseTo(61 / 5)
  const most = await builtIn('aggregator', 'trimmed-mean', { trim: 0.49 })
  expect(most.aggregate(zeros(1), updatesOf(values))[0]).toBe(3)
})

describe('krum and its kin', () => {
  test('krum returns an update as it is: the one whose n - f - 2 nearest are nearest', async () => {
    const krum = await builtIn('aggregator', 'krum', { byzantine: 1 })
    const weights = [[0], [10], [1], [1.5], [30]]
    // Two nearest neighbours: 0 has 1 + 2.25, 1 has 0.25 + 1, 1.5 has 0.25 + 2.25.
    expect(krum.aggregate(zeros(1), updatesOf(weights))).toEqual(Float32Array.of(1))
  })

  test('multi-krum averages those of the lowest scores', async () => {
    const multi = await builtIn('aggregator', 'multi-krum', { byzantine: 1, selected: 3 })
    const weights = [[0], [10], [1], [1.5], [30]]
    expect(multi.aggregate(zeros(1), updatesOf(weights))[0]).toBeCloseTo(2.5 / 3)
  })

  test('multi-krum of one is krum', async () => {
    const [krum, multi] = await Promise.all([
      builtIn('aggregator', 'krum'),
      builtIn('aggregator', 'multi-krum', { selected: 1 }),
    ])
    fc.assert(
      fc.property(someWeights({ min: 5, max: 9 }), (weights) => {
        expect(multi.aggregate(zeros(6), updatesOf(weights))).toEqual(
          krum.aggregate(zeros(6), updatesOf(weights)),
        )
      }),
    )
  })

  test('bulyan averages what lies nearest to the median of the chosen', async () => {
    const bulyan = await builtIn('aggregator', 'bulyan', { byzantine: 1 })
    // n - 2f = 5 times krum takes one of what is left: 3, 7, 1, 8 and 0, of scores 54, 46, 50, 4 and 100. Their median
    // is 3, and the n - 4f = 3 of them nearest to it are 0, 1 and 3.
    const weights = [[0], [1], [3], [7], [8], [10], [1000]]
    expect(bulyan.aggregate(zeros(1), updatesOf(weights))[0]).toBeCloseTo(4 / 3, 6)
  })

  test.each([
    ['krum', 5, 'aggregator "krum": expected at least 5 updates, 2·byzantine + 3, found 4'],
    ['multi-krum', 5, 'aggregator "multi-krum": expected at least 5 updates, 2·byzantine + 3, found 4'],
    ['bulyan', 7, 'aggregator "bulyan": expected at least 7 updates, 4·byzantine + 3, found 6'],
  ])('%s refuses fewer than %d updates', async (name, least, message) => {
    const aggregator = await builtIn('aggregator', name)
    const of = (count: number) => updatesOf(Array.from({ length: count }, (_, i) => [i]))
    expect(await problemsOf('.', () => aggregator.aggregate(zeros(1), of(least - 1)))).toEqual([message])
    expect(aggregator.aggregate(zeros(1), of(least))).toHaveLength(1)
  })
})

describe('geometric-median', () => {
  test('on a line is the median, weighted by samples', async () => {
    const median = await builtIn('aggregator', 'geometric-median')
    expect(median.aggregate(zeros(1), updatesOf([[0], [1], [50]]))[0]).toBeCloseTo(1, 3)
    const weighted = updatesOf([[0], [1], [50]], (k) => ({ samples: [1, 1, 9][k] }))
    expect(median.aggregate(zeros(1), weighted)[0]).toBeCloseTo(50, 3)
  })

  test('of a triangle is the point that sees its sides under 120° (Fermat)', async () => {
    const median = await builtIn('aggregator', 'geometric-median', { iterations: 1000, tolerance: 1e-12 })
    const [x, y] = median.aggregate(
      zeros(2),
      updatesOf([
        [0, 0],
        [4, 0],
        [1, 3],
      ]),
    )
    const angle = (a: number[], b: number[]) => {
      const [u, v] = [
        [a[0] - x, a[1] - y],
        [b[0] - x, b[1] - y],
      ]
      return Math.acos((u[0] * v[0] + u[1] * v[1]) / (Math.hypot(u[0], u[1]) * Math.hypot(v[0], v[1])))
    }
    expect(angle([0, 0], [4, 0])).toBeCloseTo((2 * Math.PI) / 3, 4)
    expect(angle([4, 0], [1, 3])).toBeCloseTo((2 * Math.PI) / 3, 4)
  })

  test('is the same whether distances come from pairs or are worked out', async () => {
    const weights = Array.from({ length: 9 }, (_, k) =>
      Array.from({ length: 40 }, (_, i) => Math.sin(k * 31 + i)),
    )
    // Nine updates are more than four times two steps.
    const [few, many] = await Promise.all([
      builtIn('aggregator', 'geometric-median', { iterations: 2 }),
      builtIn('aggregator', 'geometric-median', { iterations: 3 }),
    ])
    const direct = few.aggregate(zeros(40), updatesOf(weights))
    const paired = many.aggregate(zeros(40), updatesOf(weights))
    for (const [i, x] of direct.entries()) expect(Math.abs(x - paired[i])).toBeLessThan(0.02)
  })
})
