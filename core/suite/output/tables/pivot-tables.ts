import {
  cellColumn,
  type DataTable,
  emptyCell,
  numberColumn,
  type TableColumn,
  textColumn,
} from '../../../report/data-table.js'
import { significant } from '../../../report/numbers.js'
import type { AnalysedSetting } from '../../analysis/analysed-setting.js'
import type { Analysis } from '../../analysis/analysis.js'
import { shortNames, shownValue } from '../../analysis/results.js'
import { ratioCell, ratioNote, STARRED } from './schedulers-table.js'
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
export function ratioTable(analysis: Analysis): DataTable {
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
      ...results.labels.map((label) =>
        cellColumn(
          label,
          settings.map(({ compared, setting }) => {
            const row = compared.find((each) => each.label === label)
            return row ? ratioCell(row, setting.baseline) : emptyCell
          }),
        ),
      ),
    ],
  }
}

/** Median decision times of every scheduler in every setting. */
export function decisionTable(analysis: Analysis): DataTable {
  const { settings, results } = analysis
  const of = (setting: AnalysedSetting, label: string) =>
    1000 * (setting.compared.find((row) => row.label === label)?.medianDecision ?? Number.NaN)
  return {
    id: 'decision-times',
    title: 'Median decision time in every setting, ms',
    note: timingNote(analysis),
    columns: [
      ...settingColumns(analysis),
      ...results.labels.map((label) =>
        cellColumn(
          label,
          settings.map((setting) => {
            const value = of(setting, label)
            return { text: Number.isNaN(value) ? '' : significant(value, 3), value }
          }),
          'ms',
        ),
      ),
    ],
  }
}

/** Where schedulers pass the baseline as something grows. */
export function crossingsTable({ crossings }: Analysis): DataTable {
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
      numberColumn(crossings, { head: 'at', of: ({ x }) => x, each: 3 }),
      textColumn('between', crossings, ({ between }) => between.map(shownValue).join(' and ')),
      numberColumn(crossings, {
        head: 'decision there',
        unit: 'ms',
        of: ({ figure, y }) => (figure === 'decision time' ? 1000 * y : Number.NaN),
        each: 3,
      }),
      numberColumn(crossings, {
        head: 'cost there',
        of: ({ figure, y }) => (figure === 'mean cost' ? y : Number.NaN),
        each: 3,
      }),
    ],
  }
}
