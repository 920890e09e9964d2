import Type, { type Static } from 'typebox'
import type { UnaggregatedRecord } from '../../observe/events.js'
import { counted } from '../../report/numbers.js'

/** Rounds of a cell of which an aggregator could not put the updates together. */
export const lostUpdatesSchema = Type.Object({
  /** Whose model: that of the scheduler, or of what is learned for reference. */
  label: Type.String(),
  rounds: Type.Integer(),
  /** The first of them, and why. */
  first: Type.Integer(),
  reason: Type.String(),
})

export type LostUpdates = Readonly<Static<typeof lostUpdatesSchema>>

/** By model; a round's bodies and heads, or several buffers, are one round. `records` are in the order of rounds. */
export function lostUpdatesOf(records: readonly UnaggregatedRecord[]): LostUpdates[] {
  return [...new Set(records.map(({ scheduler }) => scheduler))].flatMap((label) => {
    const own = records.filter(({ scheduler }) => scheduler === label)
    const rounds = new Set(own.map(({ round }) => round)).size
    return own.slice(0, 1).map(({ round, reason }) => ({ label, rounds, first: round, reason }))
  })
}

/** A sentence for a table of what was learned; empty where nothing was lost. */
export function lostUpdatesNote(
  cells: readonly { readonly seed: number; readonly unaggregated?: readonly LostUpdates[] }[],
): string {
  const told = cells.flatMap(({ seed, unaggregated = [] }) =>
    unaggregated.map(
      ({ label, rounds, first, reason }) =>
        `${label} with seed ${seed} in ${counted(rounds, 'round')}, first in round ${first} (${reason})`,
    ),
  )
  return told.length === 0
    ? ''
    : ` Updates could not be put together and weights stayed as they were for ${told.join('; ')}.`
}
