import { type DataTable, numberColumn, slug, textColumn } from '../../../report/data-table.js'
import { mean } from '../../../statistics/descriptive.js'
import { largestOf, smallestOf } from '../../../statistics/extremes.js'
import type { AnalysedSetting } from '../../analysis/analysed-setting.js'
import {
  divergedIn,
  finalOf,
  type LearnedModel,
  type LearningFigure,
  learnedModelsOf,
} from '../../analysis/learned-models.js'
import { lostUpdatesNote } from '../../execution/lost-updates.js'

/** What the models of a setting came to; undefined where nothing was learned. */
export function learningTable(setting: AnalysedSetting): DataTable | undefined {
  const learners = learnedModelsOf(setting)
  if (learners.length === 0) return undefined
  const rows = learners.map(({ label, seeds }) => {
    const finals = (column: LearningFigure) => seeds.map(({ table }) => finalOf(table, column) ?? Number.NaN)
    const accuracy = finals('accuracy')
    return {
      label,
      seeds: seeds.length,
      accuracy: 100 * mean(accuracy),
      least: 100 * smallestOf(accuracy),
      most: 100 * largestOf(accuracy),
      loss: mean(finals('testLoss')),
      clients: mean(finals('clients')),
      epochs: mean(finals('epoch')),
      quit: mean(
        setting.schedulers.find((own) => own.label === label)?.records.map(({ quit }) => quit) ?? [],
      ),
    }
  })
  return {
    id: `learning-${slug(setting.label)}`,
    title: `What was learned: ${setting.label}`,
    note: `At the end of training, means over the seeds; the range is that of the seeds. Epochs: times through the training set.${divergences(learners)}${lostUpdatesNote(setting.schedulers.flatMap(({ records }) => records))}`,
    columns: [
      textColumn('scheduler', rows, ({ label }) => label),
      numberColumn(rows, { head: 'seeds', of: ({ seeds }) => seeds, decimals: 0 }),
      numberColumn(rows, { head: 'accuracy', unit: '%', of: ({ accuracy }) => accuracy, decimals: 2 }),
      numberColumn(rows, { head: 'lowest', unit: '%', of: ({ least }) => least, decimals: 2 }),
      numberColumn(rows, { head: 'highest', unit: '%', of: ({ most }) => most, decimals: 2 }),
      numberColumn(rows, { head: 'test loss', of: ({ loss }) => loss, decimals: 3, best: true }),
      numberColumn(rows, { head: 'clients left', of: ({ clients }) => clients, decimals: 1 }),
      numberColumn(rows, { head: 'quit', of: ({ quit }) => quit, decimals: 1 }),
      numberColumn(rows, { head: 'epochs', of: ({ epochs }) => epochs, decimals: 1 }),
    ],
  }
}

/** With which seeds learning came to nothing. */
function divergences(learners: readonly LearnedModel[]): string {
  const told = learners.flatMap(({ label, seeds }) => {
    const own = seeds.filter(({ table }) => divergedIn(table)).map(({ seed }) => seed)
    return own.length === 0 ? [] : [`${label} with seed ${own.join(', ')}`]
  })
  return told.length === 0 ? '' : ` Learning diverged for ${told.join('; ')}: no figure at its end is one.`
}
