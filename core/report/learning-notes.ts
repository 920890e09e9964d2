import { counted, fixed } from './numbers.js'

/** What has to be known of a model before its figures are believed. */
interface LearnedSoFar {
  readonly label: string
  /** The round in which it diverged; null where it did not. */
  readonly diverged: number | null
  /** Rounds whose updates could not be put together; null where there are none. */
  readonly unaggregated: { readonly rounds: number; readonly first: number; readonly reason: string } | null
  /** The largest ε that a client has spent; null where none is accounted for. */
  readonly epsilon: number | null
}

/** What is wrong with models, a sentence each; the same on the terminal and in the report. */
export function learningNotes(models: readonly LearnedSoFar[], rounds: number): string[] {
  const unbounded = models.filter(({ epsilon }) => epsilon === Number.POSITIVE_INFINITY)
  return [
    ...models.flatMap(({ label, diverged }) =>
      diverged === null
        ? []
        : [
            `Learning diverged for ${label} in round ${fixed(diverged, 0)} of ${fixed(rounds, 0)}: weights or losses are no finite numbers any more, and it learned nothing from then on.`,
          ],
    ),
    ...models.flatMap(({ label, unaggregated }) =>
      unaggregated === null
        ? []
        : [
            `In ${counted(unaggregated.rounds, 'round')}, first in round ${fixed(unaggregated.first, 0)}, updates for ${label} could not be put together and weights stayed as they were: ${unaggregated.reason}.`,
          ],
    ),
    ...(unbounded.length === 0
      ? []
      : [
          `Nothing bounds what clients give away: ε is infinite for ${unbounded.map(({ label }) => label).join(', ')}, since heads are shared without noise.`,
        ]),
  ]
}

/** What ε is told for. */
export const ADJACENCY =
  'ε holds for neighbours that differ in one client, whose contribution to each release is there or is zero (zero-out: ' +
  'apart by clipNorm at most); for one client replaced by another, apart by twice that, it is the ε of half the noise.'
