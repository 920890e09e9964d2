import { markedRows } from '../../../report/figures/curves.js'
import type { Row } from '../../../report/figures/specification.js'
import { rounded } from '../../../report/numbers.js'
import { largestOf, smallestOf } from '../../../statistics/extremes.js'
import type { LearnedModel, LearningFigure } from '../../analysis/learned-models.js'
import type { LearningTable } from '../../analysis/results.js'

/** A learner's curve over the rounds. */
export interface SeedCurves {
  /** Mean and range over the seeds, in rounds in which all of them were tested. */
  readonly means: readonly Row[]
  /** Each seed by itself from the last of those rounds on, where not all go on as long. */
  readonly singles: readonly Row[]
  /** Where a seed ended before another. */
  readonly ends: readonly Row[]
}

/** The mean over the seeds as far as all of them run; beyond that a mean would be that of those that are left. */
export function seedCurves({ label, seeds }: LearnedModel, column: LearningFigure): SeedCurves {
  const tested = seeds.map(({ seed, table }) => ({ seed, points: pointsOf(table, column) }))
  const common = commonRounds(seeds)
  const rounds = [...new Set(tested.flatMap(({ points }) => points.map(({ round }) => round)))]
    .filter((round) => round <= common)
    .sort((a, b) => a - b)
  const means = rounds.flatMap((round) => {
    const values = tested.flatMap(({ points }) => points.find((point) => point.round === round)?.value ?? [])
    if (values.length < seeds.length) return []
    return [
      {
        scheduler: label,
        round,
        value: rounded(values.reduce((sum, value) => sum + value, 0) / values.length),
        low: rounded(smallestOf(values)),
        high: rounded(largestOf(values)),
      },
    ]
  })
  const marked = markedRows(means)
  if (endedEarly(seeds).length === 0) return { means: marked, singles: [], ends: [] }
  const from = means.at(-1)?.round ?? 0
  const rowOf = (seed: number, { round, value }: Point) => ({
    scheduler: label,
    seed,
    round,
    value: rounded(value),
  })
  return {
    means: marked,
    singles: tested.flatMap(({ seed, points }) =>
      points.filter(({ round }) => round >= from).map((point) => rowOf(seed, point)),
    ),
    ends: endedEarly(seeds).flatMap(({ seed }) => {
      const last = tested.find((each) => each.seed === seed)?.points.at(-1)
      return last ? [rowOf(seed, last)] : []
    }),
  }
}

/** The seeds that ended before another of the learner, and after which round. */
export function endedEarly(
  seeds: LearnedModel['seeds'],
): { readonly seed: number; readonly round: number }[] {
  const longest = largestOf(seeds.map(lastRound))
  return seeds.flatMap((each) =>
    lastRound(each) < longest ? [{ seed: each.seed, round: lastRound(each) }] : [],
  )
}

/** One learner for each label: of several, which are the same reference beside several schedulers, the longest tables. */
export function joinedByLabel(learners: readonly LearnedModel[]): LearnedModel[] {
  const joined = new Map<string, LearnedModel>()
  for (const learner of learners) {
    const known = joined.get(learner.label)?.seeds ?? []
    const longest = new Map(known.map((each) => [each.seed, each]))
    for (const each of learner.seeds) {
      const other = longest.get(each.seed)
      if (!other || lastRound(other) < lastRound(each)) longest.set(each.seed, each)
    }
    joined.set(learner.label, { label: learner.label, seeds: [...longest.values()] })
  }
  return [...joined.values()]
}

interface Point {
  readonly round: number
  readonly value: number
}

function pointsOf({ columns }: LearningTable, column: LearningFigure): Point[] {
  const values = columns[column]
  return Array.from(columns.round, (round, row) => ({ round, value: values[row] })).filter(({ value }) =>
    Number.isFinite(value),
  )
}

const lastRound = ({ table }: LearnedModel['seeds'][number]): number => largestOf([0, ...table.columns.round])

/** The last round that all seeds came to. */
const commonRounds = (seeds: LearnedModel['seeds']): number => smallestOf(seeds.map(lastRound))
