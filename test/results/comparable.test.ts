import { describe, expect, test } from 'vitest'
import { servingMost } from '../../core/results/comparable.js'

/** Who of these may be the best, by their places. */
const best = (...schedulers: readonly (readonly [served: number, completed: number])[]) => {
  const all = schedulers.map(([served, completed]) => ({ served, completed }))
  return servingMost(all).map((each) => all.indexOf(each))
}

describe('the best is among those who', () => {
  test('serve the most and bring the most to their end', () => {
    expect(best([16, 16], [15, 15], [16, 15], [16, 16])).toEqual([0, 3])
    expect(best([3, 2])).toEqual([0])
  })

  test('do so up to rounding', () => {
    expect(best([0.3, 0.3], [0.1 + 0.2, 0.1 + 0.2])).toEqual([0, 1])
    expect(best([0.1 + 0.2, 0.1 + 0.2], [0.3, 0.3])).toEqual([0, 1])
    expect(best([16, 16], [16 - 1e-6, 16], [16, 16 - 1e-6])).toEqual([0])
  })

  test('finish at all, and are nobody where one serves the most and another brings the most to their end', () => {
    expect(best([16, 0], [16, 0])).toEqual([])
    expect(best([16, 1], [15, 2])).toEqual([])
    expect(best([4, 0.01], [4, 0])).toEqual([0])
  })

  test('have played', () => {
    expect(best([Number.NaN, Number.NaN], [2, 1])).toEqual([1])
    expect(best([Number.NaN, Number.NaN])).toEqual([])
  })
})
