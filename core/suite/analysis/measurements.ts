import type { Metric } from '../definition/schema.js'
import { accuracyOf, finalOf, learnedModelsOf } from './learned-models.js'
import type { LearningTable, SettingResults } from './results.js'

/** A figure of a scheduler by round or, of what a run has one of, by seed. */
interface Measurements {
  readonly values: ReadonlyMap<number, number>
  /** The seed of each round. */
  readonly seeds?: ReadonlyMap<number, number>
}

/** Figures of what was learned, by metric. */
const learned = {
  loss: (table: LearningTable) => finalOf(table, 'testLoss'),
  accuracy: (table: LearningTable) => accuracyOf(table, 'last'),
  bestAccuracy: (table: LearningTable) => accuracyOf(table, 'best'),
  meanAccuracy: (table: LearningTable) => accuracyOf(table, 'mean'),
} as const

const isLearned = (metric: Metric): metric is keyof typeof learned => Object.hasOwn(learned, metric)

/** The figures of a scheduler; undefined where nothing was measured. */
export function measurementsOf(
  results: SettingResults,
  metric: Metric,
  label: string,
): Measurements | undefined {
  if (metric === 'trainingLoss') return undefined
  if (isLearned(metric)) {
    const learner = learnedModelsOf(results).find((each) => each.label === label)
    const finals = learner?.seeds.flatMap(({ seed, table }) => {
      const final = learned[metric](table)
      return final === undefined ? [] : [[seed, final] as const]
    })
    return finals && finals.length > 0 ? { values: new Map(finals) } : undefined
  }
  const scheduler = results.schedulers.find((each) => each.label === label)
  if (!scheduler) return undefined
  if (metric === 'quit') return { values: new Map(scheduler.records.map(({ seed, quit }) => [seed, quit])) }
  const rows = Array.from(scheduler.round, (round, row) => [round, scheduler[metric][row]] as const)
  return {
    values: new Map(rows.filter(([, value]) => !Number.isNaN(value))),
    seeds: new Map(Array.from(scheduler.round, (round, row) => [round, scheduler.seed[row]])),
  }
}

/** Figures of two schedulers that belong together: of the same round, or of the same seed. */
export interface Pairs {
  readonly values: Float64Array
  readonly references: Float64Array
  /** The seed of each, where they are of rounds. */
  readonly seeds?: Float64Array
}

export function pairsOf(first: Measurements, second: Measurements): Pairs {
  const keys = [...first.values.keys()].filter((key) => second.values.has(key))
  const { seeds } = first
  return {
    values: Float64Array.from(keys, (key) => first.values.get(key)!),
    references: Float64Array.from(keys, (key) => second.values.get(key)!),
    ...(seeds && { seeds: Float64Array.from(keys, (key) => seeds.get(key)!) }),
  }
}
