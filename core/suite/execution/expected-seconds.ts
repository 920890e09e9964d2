import { quantile, sorted } from '../../statistics/descriptive.js'
import type { CellStore } from './cell-store.js'
import type { Cell } from './cells.js'
import { sizeOf } from './shares.js'
import { kindOf } from './work-left.js'

/** What cells of one kind take. */
export interface KindPace {
  /** To begin, s. */
  readonly start: number
  /** Of one round, s. */
  readonly perRound: number
}

/** How long each cell of a suite will take, s, and whether that was measured of its kind or is a guess. */
export type Expectation = (cell: Cell) => { readonly seconds: number; readonly measured: boolean }

/** What one round of one client takes where nothing at all is known, s. */
const GUESS = 1e-4

/**
 * What to expect by what is known: cells of the same kind, which differ in their seed; else of the same scheduler in
 * other settings, by rounds × clients; else of all.
 */
export function expectation(cells: readonly Cell[], paces: ReadonlyMap<string, KindPace>): Expectation {
  const own = new Map<string, number[]>()
  const all: number[] = []
  const seen = new Set<string>()
  for (const cell of cells) {
    const pace = paces.get(kindOf(cell))
    if (!pace || seen.has(kindOf(cell))) continue
    seen.add(kindOf(cell))
    const perSize = secondsOf(pace, cell) / sizeOf(cell)
    own.set(cell.scheduler, [...(own.get(cell.scheduler) ?? []), perSize])
    all.push(perSize)
  }
  const typical = (values: readonly number[] | undefined) =>
    values && values.length > 0 ? quantile(sorted(values), 0.5) : undefined
  return (cell) => {
    const pace = paces.get(kindOf(cell))
    if (pace) return { seconds: secondsOf(pace, cell), measured: true }
    const perSize = typical(own.get(cell.scheduler)) ?? typical(all) ?? GUESS
    return { seconds: perSize * sizeOf(cell), measured: false }
  }
}

const secondsOf = ({ start, perRound }: KindPace, { rounds }: Cell): number => start + perRound * rounds

/** The paces of kinds of which cells are finished, as their records say. */
export function recordedPaces(cells: readonly Cell[], store: CellStore): Map<string, KindPace> {
  const sums = new Map<string, { rounds: number; seconds: number }>()
  for (const cell of cells) {
    const record = store.record(cell.address)
    if (!record || record.rounds === 0) continue
    const { rounds, seconds } = sums.get(kindOf(cell)) ?? { rounds: 0, seconds: 0 }
    sums.set(kindOf(cell), { rounds: rounds + record.rounds, seconds: seconds + record.seconds })
  }
  return new Map(
    [...sums].map(([kind, { rounds, seconds }]) => [kind, { start: 0, perRound: seconds / rounds }]),
  )
}
