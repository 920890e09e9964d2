import { type DataTable, numberColumn, textColumn } from '../../../report/data-table.js'
import type { Analysis } from '../../analysis/analysis.js'

/** How much a twin is best told, by scheduler and estimator, beside being told the least and the most. */
export function synchronisationTable({ synchronisations }: Analysis): DataTable {
  return {
    id: 'synchronisation',
    title: 'What a better twin is worth',
    note:
      'Where the mean cost, what reports take included, is least for each scheduler and estimator: a twin that is told more is not worth its ' +
      'traffic. Beside it the costs at the least and at the most that is reported in any setting.',
    columns: [
      textColumn('scheduler', synchronisations, ({ scheduler }) => scheduler),
      textColumn('estimator', synchronisations, ({ estimator }) => estimator),
      textColumn('best told', synchronisations, ({ best }) => best.label),
      numberColumn(synchronisations, {
        head: 'reported',
        unit: 'bit a round',
        of: ({ best }) => best.bits,
        each: 3,
      }),
      numberColumn(synchronisations, {
        head: 'mean cost',
        of: ({ best }) => best.cost.value,
        each: 4,
        best: true,
      }),
      numberColumn(synchronisations, {
        head: 'gains off',
        unit: 'dB',
        of: ({ best }) => best.gainErrorDb,
        each: 3,
      }),
      numberColumn(synchronisations, {
        head: 'told least',
        of: ({ points }) => points[0]?.cost.value ?? Number.NaN,
        each: 4,
      }),
      numberColumn(synchronisations, {
        head: 'told most',
        of: ({ points }) => points.at(-1)?.cost.value ?? Number.NaN,
        each: 4,
      }),
    ],
  }
}
