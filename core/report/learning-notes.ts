import { fixed } from './numbers.js'

/** What has to be known of a model before its figures are believed. */
interface LearnedSoFar {
  readonly label: string
  /** The round in which it diverged; null where it did not. */
  readonly diverged: number | null
  /** The largest ε that a client has spent; null where none is accounted for. */
  readonly epsilon: number | null
}

/** What is wrong with models, a sentence each; the same on the terminal and in the report. */
export function learningNotes(models: readonly LearnedSoFar[], rounds: number): string[] {
  return [
    ...models.flatMap(({ label, diverged }) =>
      diverged === null
        ? []
        : [
            `Learning diverged for ${label} in round ${fixed(diverged, 0)} of ${fixed(rounds, 0)}: weights or losses are no finite numbers any more, and it learned nothing from then on.`,
          ],
    ),
    ...unbounded(models.filter(({ epsilon }) => epsilon === Number.POSITIVE_INFINITY)),
  ]
}

const unbounded = (models: readonly LearnedSoFar[]): string[] =>
  models.length === 0
    ? []
    : [
        `Nothing bounds what clients give away: ε is infinite for ${models.map(({ label }) => label).join(', ')}, since heads are shared without noise.`,
      ]
