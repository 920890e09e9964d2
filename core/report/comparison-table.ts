import { type ClientsARound, servingMost } from '../results/comparable.js'
import type { Estimate } from '../statistics/descriptive.js'
import type { ComparisonRow } from './comparison.js'
import { columnDecimals, counted, fixed } from './numbers.js'
import type { ReportData } from './report-data.js'
import { numberColumn, type TableCell, type TableColumn, textColumn } from './table-column.js'
import type { LatexOptions } from './table-text.js'

/** The headline table column by column; what is zero for every scheduler has no column. */
export function comparisonColumns(rows: readonly ComparisonRow[]): TableColumn[] {
  const differentLengths = new Set(rows.map((row) => row.rounds)).size > 1
  const comparing = rows.length > 1
  const most = servingMost(rows)
  const best = (row: ComparisonRow) => most.includes(row)
  return [
    textColumn('scheduler', rows, ({ label }) => label),
    textColumn('tier', rows, ({ tier }) => tier),
    ...(differentLengths
      ? [numberColumn(rows, { head: 'rounds', of: ({ rounds }) => rounds, decimals: 0 })]
      : []),
    numberColumn(rows, { head: 'mean cost', of: ({ meanCost }) => meanCost, best }),
    numberColumn(rows, { head: 'median cost', of: ({ medianCost }) => medianCost, best }),
    ...clientColumns(rows),
    numberColumn(rows, { head: 'mean time', unit: 's', of: ({ meanTime }) => meanTime, best }),
    numberColumn(rows, { head: 'mean energy', unit: 'J', of: ({ meanEnergy }) => meanEnergy, best }),
    ...(comparing
      ? [
          estimate('cost ratio', rows, (row) => row.against?.ratio, 1, 3),
          estimate('typical ratio', rows, (row) => row.against?.typicalRatio, 1, 3),
          estimate('cost difference', rows, (row) => row.against?.difference, 0, differenceDecimals(rows)),
          numberColumn(rows, {
            head: 'rounds won',
            unit: '%',
            of: ({ against }) => (against ? 100 * against.won : Number.NaN),
            decimals: 1,
          }),
        ]
      : []),
    numberColumn(rows, {
      head: 'median decision',
      unit: 'ms',
      of: ({ medianDecision }) => 1000 * medianDecision,
      digits: 2,
      best,
    }),
    ...[
      numberColumn(rows, { head: 'shared slots', of: ({ violations }) => violations, decimals: 0 }),
      numberColumn(rows, { head: 'sat out', of: ({ satOut }) => satOut, decimals: 0 }),
      numberColumn(rows, { head: 'unfinished', of: ({ unfinished }) => unfinished, decimals: 0 }),
      numberColumn(rows, { head: 'quit', of: ({ quit }) => quit, decimals: 0 }),
    ].filter(({ cells }) => cells.some(({ value }) => value !== 0)),
  ]
}

/** How the headline table stands in a paper. */
export const comparisonLatex = ({ name, seed, roundsDone }: ReportData): LatexOptions => ({
  caption: `${name}: schedulers over ${counted(roundsDone, 'round')}, seed ${seed}.`,
  label: 'tab:comparison',
})

/** Clients served in a round, and where some broke off those that finished: what a cost is the cost of. */
export function clientColumns<T extends ClientsARound>(rows: readonly T[]): TableColumn[] {
  const column = (head: string, of: (row: T) => number) =>
    numberColumn(rows, { head, of, decimals: rows.every((row) => Number.isInteger(of(row))) ? 0 : 2 })
  const all = rows.every(({ served, completed }) => served === completed)
  return [
    column('served', ({ served }) => served),
    ...(all ? [] : [column('finished', ({ completed }) => completed)]),
  ]
}

/** As exact as the mean costs that are told apart, and by tenths at least. */
const differenceDecimals = (rows: readonly ComparisonRow[]): number =>
  Math.max(
    1,
    columnDecimals(
      rows.map((row) => row.meanCost),
      4,
    ),
  )

/** An estimate against the baseline, which itself shows `own`; no interval from a single round or infinite costs. */
function estimate(
  head: string,
  rows: readonly ComparisonRow[],
  of: (row: ComparisonRow) => Estimate | undefined,
  own: number,
  decimals: number,
): TableColumn {
  const shown = (number: number) => fixed(number, Math.abs(number) >= 1000 ? 0 : decimals)
  const cells = rows.map((row): TableCell => {
    const estimate = of(row)
    if (!estimate || !row.against) return { text: String(own), value: own }
    const { value, low, high } = estimate
    const text = shown(value)
    if (row.against.rounds < 2 || !Number.isFinite(low) || !Number.isFinite(high)) return { text, value }
    return { text, value, interval: { text: `[${shown(low)}, ${shown(high)}]`, values: [low, high] } }
  })
  return { head, unit: '', numeric: true, cells }
}
