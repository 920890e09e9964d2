import { type ModelUpdate, Type, UserError } from '../../../core/plugin/index.js'

/** The option of how many updates may be poisoned. */
export const byzantine = Type.Integer({
  default: 1,
  minimum: 0,
  description: 'how many updates at most may be poisoned, f',
})

/** Updates among which the promise for f poisoned ones holds: n ≥ 2f + 3. */
export const leastForKrum = (byzantine: number): number => 2 * byzantine + 3

/** Throws a `UserError` where the promise for f poisoned updates does not hold among so few. */
export function requireUpdates(
  plugin: string,
  updates: readonly ModelUpdate[],
  least: number,
  why: string,
): void {
  if (updates.length >= least) return
  throw new UserError(
    `aggregator "${plugin}": expected at least ${least} updates, ${why}, found ${updates.length}`,
  )
}

/**
 * Krum's scores of those that remain, by index: the sum of the squared distances to the n − f − 2 nearest of them.
 *
 * `distances` are those of all, n×n.
 */
export function krumScores(
  distances: Float64Array,
  count: number,
  remaining: readonly number[],
  poisoned: number,
): number[] {
  const neighbours = Math.max(1, remaining.length - poisoned - 2)
  return remaining.map((i) => {
    const others = remaining.filter((j) => j !== i).map((j) => distances[i * count + j])
    return Float64Array.from(others)
      .sort()
      .subarray(0, neighbours)
      .reduce((sum, distance) => sum + distance, 0)
  })
}

/** The indices in ascending order of score; equal scores in the order of their contributors, wherever these stand. */
export const byScore = (
  indices: readonly number[],
  scores: readonly number[],
  updates: readonly ModelUpdate[],
): number[] =>
  indices
    .map((index, i) => ({ index, score: scores[i] }))
    .sort((a, b) => compare(a.score, b.score) || updates[a.index].contributor - updates[b.index].contributor)
    .map(({ index }) => index)

/** Infinity is as large as infinity: their difference is no number. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)
