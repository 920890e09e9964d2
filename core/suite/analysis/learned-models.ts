import { hasDiverged } from '../../observe/events.js'
import type { Figures } from '../../results/table-data.js'
import { referencesOf } from '../../scenario/schema/learning-section.js'
import { mean } from '../../statistics/descriptive.js'
import { largestOf } from '../../statistics/extremes.js'
import type { CellTable } from '../execution/cell-tables.js'
import type { LearningTable, SettingResults } from './results.js'

/** A model that was learned on a setting: a scheduler's, or that of the reference. */
export interface LearnedModel {
  readonly label: string
  /** Learning table of each seed that has one. */
  readonly seeds: readonly { readonly seed: number; readonly table: LearningTable }[]
}

/** What was learned on a setting, schedulers first. */
export function learnedModelsOf({ schedulers, setting }: SettingResults): LearnedModel[] {
  const references = referencesOf(setting.loaded.scenario.learning?.reference)
  return [
    ...schedulers.map(({ label, learning, records }) => ({ label, seeds: withSeeds(learning, records) })),
    ...references.flatMap((label) =>
      schedulers.map(({ reference, records }) => ({
        label,
        seeds: withSeeds(
          reference.map((table) => table?.where('scheduler', label)),
          records,
        ),
      })),
    ),
  ].filter(({ seeds }) => seeds.length > 0)
}

const withSeeds = (
  tables: readonly (LearningTable | undefined)[],
  records: readonly { readonly seed: number }[],
): LearnedModel['seeds'] => tables.flatMap((table, i) => (table ? [{ seed: records[i].seed, table }] : []))

/** A column of what was learned. */
export type LearningFigure = keyof Figures<CellTable<'learning'>>

/** The last value of a column of a learning table that is a number; undefined where there is none, or learning diverged. */
export function finalOf(table: LearningTable, column: LearningFigure): number | undefined {
  if (divergedIn(table)) return undefined
  return Array.from(table.columns[column]).findLast((value) => Number.isFinite(value))
}

/** Ways to take a model's accuracy: at the end of its training, at its best, and the mean of all tests. */
export type AccuracyMeasure = 'last' | 'best' | 'mean'

/** A model's accuracy on the test set; undefined where it was never tested, or learning diverged. */
export function accuracyOf(table: LearningTable, measure: AccuracyMeasure): number | undefined {
  if (measure === 'last') return finalOf(table, 'accuracy')
  const tested = Array.from(table.columns.accuracy).filter((value) => Number.isFinite(value))
  if (tested.length === 0 || divergedIn(table)) return undefined
  return measure === 'best' ? largestOf(tested) : mean(tested)
}

/** Whether what was learned diverged: it came to nothing, whatever it was before. */
export const divergedIn = (table: LearningTable): boolean =>
  table.columns.testLoss.some((testLoss) => hasDiverged({ testLoss }))
