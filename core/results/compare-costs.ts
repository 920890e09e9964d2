import type { RandomStreams } from '../kernel/random.js'
import { comparePaired, type Estimate, type PairedComparison } from '../statistics/descriptive.js'
import { unlessDoubtful } from '../statistics/heavy-tail.js'
import { geometricMean } from '../statistics/student.js'

/** What is compared of a scheduler's rounds; arrays have one entry a round, rounds ascending. */
export interface PlayedRounds {
  readonly label: string
  readonly round: Float64Array
  readonly cost: Float64Array
  /** Clients that were given a slot. */
  readonly served: Float64Array
  /** Clients of those that came to the end of the round. */
  readonly completed: Float64Array
}

/** A scheduler's costs against another's, over the rounds that both took part in. */
export interface CostsAgainst extends PairedComparison {
  /** Geometric mean over those rounds of cost over cost: that of the usual round, which no few rounds make. */
  readonly typicalRatio: Estimate
  /** Share of those rounds that were cheaper with no fewer clients that finished. */
  readonly won: number
  /** Whether as many clients were served in those rounds, and finished: costs of fewer clients do not compare. */
  readonly comparable: boolean
}

/** Resamples behind an interval. */
export const RESAMPLES = 2000

/**
 * How a scheduler's costs compare with the reference's: the same figures on the terminal, in JSON and in the report.
 *
 * Intervals are drawn by label, so that another scheduler in the file does not shift this one's.
 */
export function compareCosts(
  own: PlayedRounds,
  reference: PlayedRounds,
  streams: RandomStreams,
): CostsAgainst {
  const shared = sharedRows(own, reference)
  const costs = Float64Array.from(shared, ([row]) => own.cost[row])
  const references = Float64Array.from(shared, ([, row]) => reference.cost[row])
  const random = streams.stream(`report/intervals/${own.label}`)
  const { rounds, ratio, difference } = comparePaired(costs, references, random, { resamples: RESAMPLES })
  const { value, low, high } = geometricMean(ratiosOf(costs, references))
  return {
    rounds,
    ratio: unlessDoubtful(ratio, costs, references),
    difference: unlessDoubtful(difference, costs, references),
    typicalRatio: { value, low, high },
    won: shareWon(own, reference, shared),
    comparable: servesAsMany(own, reference, shared),
  }
}

/** Cost over cost of each round; 1 where both are the same, be it nothing or without end. */
export const ratiosOf = (costs: Float64Array, references: Float64Array): Float64Array =>
  costs.map((cost, i) => (cost === references[i] ? 1 : cost / references[i]))

/** The rows of a round that two schedulers took part in: of one, and of the other. */
export type SharedRow = readonly [number, number]

/** The rows of each round that both took part in: in `a`, and in `b`. */
export function sharedRows(
  a: Pick<PlayedRounds, 'round'>,
  b: Pick<PlayedRounds, 'round'>,
): readonly SharedRow[] {
  const rowInB = new Map(Array.from(b.round, (round, row) => [round, row]))
  return Array.from(a.round).flatMap((round, row) => {
    const other = rowInB.get(round)
    return other === undefined ? [] : [[row, other] as const]
  })
}

type Costed = Pick<PlayedRounds, 'cost' | 'completed'>

/** Share of the rounds that `own` came through more cheaply with no fewer clients that finished. */
export const shareWon = (own: Costed, other: Costed, shared: readonly SharedRow[]): number =>
  shared.filter(([a, b]) => own.cost[a] < other.cost[b] && own.completed[a] >= other.completed[b]).length /
  shared.length

type Serving = Pick<PlayedRounds, 'served' | 'completed'>

/** Whether both served as many clients over these rounds, and brought as many to their end. */
export const servesAsMany = (a: Serving, b: Serving, shared: readonly SharedRow[]): boolean =>
  (['served', 'completed'] as const).every(
    (column) => shared.reduce((sum, [own, other]) => sum + a[column][own] - b[column][other], 0) === 0,
  )
