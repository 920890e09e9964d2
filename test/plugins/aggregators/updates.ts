import fc from 'fast-check'
import type { ModelUpdate } from '../../../core/plugin/index.js'

/** Updates with these weights; what is not given is alike for all. */
export const updatesOf = (
  weights: readonly ArrayLike<number>[],
  more: (contributor: number) => Partial<ModelUpdate> = () => ({}),
): ModelUpdate[] =>
  weights.map((each, contributor) => ({
    contributor,
    weights: Float32Array.from(each),
    samples: 10,
    steps: 5,
    staleness: 0,
    ...more(contributor),
  }))

/** Weights of so many contributors, as they are drawn: moderate numbers. */
export const someWeights = (contributors: { min: number; max: number }, length = 6) =>
  fc.array(
    fc.array(
      fc.integer({ min: -1000, max: 1000 }).map((n) => n / 64),
      { minLength: length, maxLength: length },
    ),
    {
      minLength: contributors.min,
      maxLength: contributors.max,
    },
  )

export const zeros = (length: number): Float32Array => new Float32Array(length)

/** Smallest and largest value of each coordinate. */
export function spreadOf(weights: readonly ArrayLike<number>[]): { low: number[]; high: number[] } {
  const columns = Array.from({ length: weights[0].length }, (_, i) => weights.map((each) => each[i]))
  return {
    low: columns.map((column) => Math.min(...column)),
    high: columns.map((column) => Math.max(...column)),
  }
}
