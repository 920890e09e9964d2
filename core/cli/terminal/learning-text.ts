import { cellColumn, type TableCell, textColumn } from '../../report/data-table.js'
import { ADJACENCY, learningNotes } from '../../report/learning-notes.js'
import { fixed, significant } from '../../report/numbers.js'
import type { LearningSummary } from '../../results/summary.js'
import { terminalTable } from './table.js'

/** What each model of a run came to, as a table; below it, what has to be known before it is believed. */
export function learningText(models: readonly LearningSummary[], rounds: number): string {
  const figures = (head: string, of: (model: LearningSummary) => TableCell) =>
    cellColumn(head, models.map(of))
  // Of a model that is made of numbers no more there are none.
  const unlessDiverged = (
    head: string,
    value: (model: LearningSummary) => number,
    decimals: number,
    otherwise: string,
  ) =>
    figures(head, (model) => ({
      text: model.diverged === null ? fixed(value(model), decimals) : otherwise,
      value: value(model),
    }))
  const table = terminalTable([
    textColumn('model of', models, ({ label }) => label),
    textColumn('protocol', models, ({ protocol }) => protocol),
    figures('epochs', ({ epochs }) => ({ text: fixed(epochs, 1), value: epochs })),
    figures('samples', ({ samples }) => ({ text: fixed(samples, 0), value: samples })),
    unlessDiverged('loss', ({ loss }) => loss, 4, 'diverged'),
    unlessDiverged('test loss', ({ testLoss }) => testLoss, 4, '–'),
    unlessDiverged('accuracy %', ({ accuracy }) => 100 * accuracy, 1, '–'),
    ...(models.some(({ epsilon }) => epsilon !== null)
      ? [
          figures('largest ε', ({ epsilon }) => ({
            text: significant(epsilon ?? Number.NaN),
            value: epsilon ?? Number.NaN,
          })),
        ]
      : []),
  ])
  const bounded = models.some(({ epsilon }) => epsilon !== null && Number.isFinite(epsilon))
  return [table, ...learningNotes(models, rounds), ...(bounded ? [ADJACENCY] : [])].join('\n')
}
