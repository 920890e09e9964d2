import { significant } from '../../../report/numbers.js'
import { type TableColumn, textColumn } from '../../../report/table-column.js'
import type { AnalysedSetting } from '../../analysis/analysed-setting.js'
import type { Analysis } from '../../analysis/analysis.js'
import { shortNames, shownValue } from '../../analysis/results.js'
import type { Crossing } from '../../analysis/scaling.js'
import { ratioCell, ratioNote, STARRED } from './schedulers-table.js'
import type { SuiteTable } from './table.js'
import { timingNote } from './timing-note.js'

/** What tells a setting from the others, a column each. */
export function settingColumns({ results, settings }: Pick<Analysis, 'results' | 'settings'>): TableColumn[] {
  const { swept } = results.suite
  const names = shortNames(swept)
  const several = new Set(settings.map(({ setting }) => setting.scenario)).size > 1
  return [
    ...(several || swept.length === 0
      ? [textColumn('scenario', settings, ({ setting }) => setting.scenario)]
      : []),
    ...swept.map((path): TableColumn => {
      const values = settings.map(({ setting }) => setting.values[path])
      const numeric = values.every((value) => value === undefined || typeof value === 'number')
      return {
        head: names[path],
        unit: '',
        numeric,
        cells: values.map((value) => ({
          text: value === undefined ? '' : shownValue(value),
          value: typeof value === 'number' ? value : shownValue(value ?? ''),
        })),
      }
    }),
  ]
}

/** Cost ratios of every scheduler in every setting. */
export function ratioTable(analysis: Analysis): SuiteTable {
  const { settings, results } = analysis
  return {
    id: 'cost-ratios',
    title: 'Cost ratio in every setting',
    note:
      ratioNote(settings) +
      (settings.some(({ compared }) => compared.some(({ against }) => against?.comparable === false))
        ? ` ${STARRED}`
        : ''),
    columns: [
      ...settingColumns(analysis),
      ...results.labels.map(
        (label): TableColumn => ({
          head: label,
          unit: '',
          numeric: true,
          cells: settings.map(({ compared, setting }) => {
            const row = compared.find((each) => each.label === label)
            return row ? ratioCell(row, setting.baseline) : { text: '', value: Number.NaN }
          }),
        }),
      ),
    ],
  }
}

/** Median decision times of every scheduler in every setting. */
export function decisionTable(analysis: Analysis): SuiteTable {
  const { settings, results } = analysis
  const of = (setting: AnalysedSetting, label: string) =>
    1000 * (setting.compared.find((row) => row.label === label)?.medianDecision ?? Number.NaN)
  return {
    id: 'decision-times',
    title: 'Median decision time in every setting, ms',
    note: timingNote(analysis),
    columns: [
      ...settingColumns(analysis),
      ...results.labels.map(
        (label): TableColumn => ({
          head: label,
          unit: 'ms',
          numeric: true,
          cells: settings.map((setting) => {
            const value = of(setting, label)
            return { text: Number.isNaN(value) ? '' : significant(value, 3), value }
          }),
        }),
      ),
    ],
  }
}

/** Where schedulers pass the baseline as something grows. */
export function crossingsTable({ crossings }: Analysis): SuiteTable {
  return {
    id: 'crossings',
    title: 'Crossings',
    note:
      'Where the median decision time of a scheduler passes that of the baseline, or its mean cost, as far as 95 % intervals show it: lower at one ' +
      'of the values it lies between and higher at the other. Interpolated between these, on log axes where all is positive.',
    columns: [
      textColumn('what grows', crossings, ({ name }) => name),
      ...(crossings.some(({ held }) => held !== '')
        ? [textColumn('held', crossings, ({ held }) => held)]
        : []),
      textColumn('figure', crossings, ({ figure }) => figure),
      textColumn('lower before', crossings, ({ before }) => before),
      textColumn('lower after', crossings, ({ after }) => after),
      significantColumn(crossings, 'at', '', ({ x }) => x),
      textColumn('between', crossings, ({ between }) => between.map(shownValue).join(' and ')),
      significantColumn(crossings, 'decision there', 'ms', ({ figure, y }) =>
        figure === 'decision time' ? 1000 * y : Number.NaN,
      ),
      significantColumn(crossings, 'cost there', '', ({ figure, y }) =>
        figure === 'mean cost' ? y : Number.NaN,
      ),
    ],
  }
}

/** Numbers of unlike size, each with the digits it needs by itself. */
const significantColumn = (
  rows: readonly Crossing[],
  head: string,
  unit: string,
  of: (row: Crossing) => number,
): TableColumn => ({
  head,
  unit,
  numeric: true,
  cells: rows.map((row) => ({ text: significant(of(row), 3), value: of(row) })),
})
