import { chiSquareTail, normalTail, studentizedRangeQuantile } from './tail-probabilities.js'

type Numbers = ArrayLike<number>

/** Values as ranks from 1, equal ones sharing the mean of theirs; ascending. */
export function ranks(values: Numbers): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((a, b) => compare(values[a], values[b]))
  const ranked = new Float64Array(values.length)
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && values[order[end]] === values[order[start]]) end++
    for (let i = start; i < end; i++) ranked[order[i]] = (start + 1 + end) / 2
    start = end
  }
  return ranked
}

// The difference of two infinities says nothing.
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

export interface SignedRankTest {
  /** Pairs that differ; those that do not are left out. */
  readonly pairs: number
  /** Sum of the ranks of positive differences. */
  readonly positive: number
  /** Probability of a sum at least as far from what is expected, where neither is better. */
  readonly p: number
  /** Whether p comes from all sign patterns, and not from the normal approximation. */
  readonly exact: boolean
}

/** Up to so many pairs all sign patterns are counted. */
const MOST_EXACT = 50

/**
 * Whether two values of a pair differ in location, two-sided: the signed-rank test (Wilcoxon, 1945).
 *
 * Exact for at most 50 pairs whose differences are of different sizes; else by the normal approximation, its variance
 * corrected for ties. p is 1 where no pair differs.
 *
 * @throws RangeError where the two differ in length.
 */
export function signedRankTest(values: Numbers, reference: Numbers): SignedRankTest {
  if (values.length !== reference.length)
    throw new RangeError(`${values.length} values, but ${reference.length} references`)
  const differences = Array.from(values, (value, i) => (value === reference[i] ? 0 : value - reference[i]))
  const sizes = differences.filter((difference) => difference !== 0)
  const pairs = sizes.length
  if (pairs === 0) return { pairs, positive: 0, p: 1, exact: true }
  const ranked = ranks(sizes.map(Math.abs))
  let positive = 0
  for (let i = 0; i < pairs; i++) if (sizes[i] > 0) positive += ranked[i]
  const exact = pairs <= MOST_EXACT && ranked.every(Number.isInteger) && new Set(ranked).size === pairs
  return { pairs, positive, exact, p: exact ? exactP(pairs, positive) : approximateP(ranked, positive) }
}

/** Two-sided probability among all 2ⁿ patterns of signs. */
function exactP(pairs: number, positive: number): number {
  const most = (pairs * (pairs + 1)) / 2
  // ways[s]: the share of patterns whose positive ranks add up to s.
  const ways = new Float64Array(most + 1)
  ways[0] = 1
  for (let rank = 1; rank <= pairs; rank++)
    for (let sum = most; sum >= 0; sum--) ways[sum] = (ways[sum] + (sum < rank ? 0 : ways[sum - rank])) / 2
  const extreme = Math.min(positive, most - positive)
  let tail = 0
  for (let sum = 0; sum <= extreme; sum++) tail += ways[sum]
  return Math.min(1, 2 * tail)
}

function approximateP(ranked: Float64Array, positive: number): number {
  const n = ranked.length
  // Σ rank² is n(n+1)(2n+1)/6 less what ties take from it.
  const variance = ranked.reduce((sum, rank) => sum + rank * rank, 0) / 4
  return Math.min(1, 2 * normalTail(Math.abs(positive - (n * (n + 1)) / 4) / Math.sqrt(variance)))
}

/** p-values adjusted for all being looked at (Holm, 1979), in the order given; NaN is no test and stays. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues
    .map((p, i) => ({ p, i }))
    .filter(({ p }) => !Number.isNaN(p))
    .sort((a, b) => a.p - b.p)
  const adjusted = pValues.map(() => Number.NaN)
  let least = 0
  order.forEach(({ p, i }, rank) => {
    least = Math.max(least, Math.min(1, (order.length - rank) * p))
    adjusted[i] = least
  })
  return adjusted
}

export interface FriedmanTest {
  readonly blocks: number
  /** Mean rank of each treatment; 1 is that of one that is always the lowest. */
  readonly meanRanks: readonly number[]
  /** χ² with (treatments - 1) degrees of freedom, corrected for ties. */
  readonly statistic: number
  readonly p: number
}

/**
 * Whether treatments differ over blocks in which each was measured (Friedman, 1937).
 *
 * `measured[t][b]` is treatment t in block b. p is 1 where all are equal in every block.
 */
export function friedmanTest(measured: readonly Numbers[]): FriedmanTest {
  const treatments = measured.length
  const blocks = measured[0]?.length ?? 0
  const sums = new Float64Array(treatments)
  let squares = 0
  for (let block = 0; block < blocks; block++) {
    const ranked = ranks(measured.map((values) => values[block]))
    ranked.forEach((rank, treatment) => {
      sums[treatment] += rank
      squares += rank * rank
    })
  }
  const centre = (blocks * (treatments + 1)) / 2
  const between = sums.reduce((sum, own) => sum + (own - centre) ** 2, 0)
  const within = squares - (blocks * treatments * (treatments + 1) ** 2) / 4
  const statistic = within > 0 ? ((treatments - 1) * between) / within : 0
  return {
    blocks,
    meanRanks: Array.from(sums, (sum) => sum / blocks),
    statistic,
    p: chiSquareTail(statistic, treatments - 1),
  }
}

/** Mean ranks that differ by more are apart at level `alpha`, all pairs being compared (Nemenyi, 1963; Demšar, 2006). */
export const criticalDifference = (treatments: number, blocks: number, alpha = 0.05): number =>
  (studentizedRangeQuantile(1 - alpha, treatments) / Math.SQRT2) *
  Math.sqrt((treatments * (treatments + 1)) / (6 * blocks))
