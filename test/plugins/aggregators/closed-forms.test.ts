import { expect, test } from 'vitest'
import type { LocalTraining, ModelUpdate } from '../../../core/plugin/index.js'
import { builtIn } from '../support.js'
import { updatesOf, zeros } from './updates.js'

test('scaffold: variates of who takes part now and then, by option II of its paper', async () => {
  const scaffold = await builtIn('aggregator', 'scaffold')
  const local = (contributor: number, start: number): LocalTraining => ({
    contributor,
    contributors: 3,
    start: Float32Array.of(start),
    learningRate: 0.5,
  })
  const update = (contributor: number, weight: number): ModelUpdate => ({
    contributor,
    weights: Float32Array.of(weight),
    samples: 1,
    steps: 2,
    staleness: 0,
  })
  const round = (start: number, updates: readonly ModelUpdate[]) => {
    for (const each of updates) scaffold.localEnd?.(each, local(each.contributor, start))
    return scaffold.aggregate(Float32Array.of(start), updates)[0]
  }
  const corrected = (contributor: number) => {
    const gradient = Float32Array.of(0)
    scaffold.correct?.(gradient, Float32Array.of(0), local(contributor, 0))
    return gradient[0]
  }
  // c_0 = 1, c_1 = 3, c = 4/3.
  expect(round(0, [update(0, -1), update(1, -3)])).toBe(-2)
  expect(corrected(0)).toBeCloseTo(4 / 3 - 1, 6)
  expect(corrected(1)).toBeCloseTo(4 / 3 - 3, 6)
  expect(corrected(2)).toBeCloseTo(4 / 3, 6)
  // c_0 ← 1 − 4/3 + 1/2 = 1/6, c ← 4/3 + (1/6 − 1) / 3 = 19/18; the others keep theirs.
  expect(round(-2, [update(0, -2.5)])).toBe(-2.5)
  expect(corrected(0)).toBeCloseTo(19 / 18 - 1 / 6, 6)
  expect(corrected(1)).toBeCloseTo(19 / 18 - 3, 6)
  // c_2 ← 0 − 19/18 + 1, c ← 19/18 + c_2 / 3.
  round(-2.5, [update(2, -3.5)])
  expect(corrected(2)).toBeCloseTo(19 / 18 - 1 / 54 + 1 / 18, 6)
})

test.each([
  // β·n whole, in between, whole but for its rounding, and more than leaves one.
  [5, 0.2, 1],
  [6, 0.2, 2],
  [9, 0.3, 3],
  [100, 0.07, 7],
  [10, 0.3, 3],
  [3, 0.4, 1],
  [4, 0.49, 1],
  [1, 0.4, 0],
])('trimmed-mean: of %d values the share %d is %d at either end', async (count, trim, left) => {
  const aggregator = await builtIn('aggregator', 'trimmed-mean', { trim })
  const values = Array.from({ length: count }, (_, i) => (i + 1) ** 2)
  const kept = values.slice(left, count - left)
  const expected = kept.reduce((sum, value) => sum + value, 0) / kept.length
  const [mean] = aggregator.aggregate(zeros(1), updatesOf(values.map((value) => [value])))
  expect(mean / expected).toBeCloseTo(1, 6)
})

test('bulyan: of two values as far from the median the upper one goes', async () => {
  const bulyan = await builtIn('aggregator', 'bulyan', { byzantine: 1 })
  // Chosen are the five that lie together; 0 goes first, then 12, as far from 10 as 8.
  const values = [0, 8, 10, 11, 12, 1000, 3000].map((value) => [value])
  expect(bulyan.aggregate(zeros(1), updatesOf(values))[0]).toBeCloseTo((8 + 10 + 11) / 3, 5)
})
