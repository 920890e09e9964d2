import { servingMost } from '../results/comparable.js'
import type { Estimate } from '../statistics/descriptive.js'
import type { ComparisonRow } from './comparison.js'
import { cellColumn, intervalCell, type TableColumn, textColumn } from './data-table.js'
import { columnDecimals, counted, fixed } from './numbers.js'
import type { LatexOptions } from './render-table.js'
import type { ReportData } from './report-data.js'
import { schedulerFigures } from './scheduler-columns.js'

/** The headline table column by column; what is zero for every scheduler has no column. */
export function comparisonColumns(rows: readonly ComparisonRow[]): TableColumn[] {
  const differentLengths = new Set(rows.map((row) => row.rounds)).size > 1
  const comparing = rows.length > 1
  const most = servingMost(rows)
  const best = (row: object) => most.some((each) => each === row)
  return [
    textColumn('scheduler', rows, ({ label }) => label),
    textColumn('tier', rows, ({ tier }) => tier),
    ...schedulerFigures(rows, differentLengths ? ['rounds'] : []),
    ...schedulerFigures(rows, ['meanCost', 'medianCost'], best),
    ...schedulerFigures(rows, ['served', 'finished']),
    ...schedulerFigures(rows, ['meanTime', 'meanEnergy'], best),
    ...(comparing
      ? [
          estimate('cost ratio', rows, (row) => row.against?.ratio, 1, 3),
          estimate('typical ratio', rows, (row) => row.against?.typicalRatio, 1, 3),
          estimate('cost difference', rows, (row) => row.against?.difference, 0, differenceDecimals(rows)),
          ...schedulerFigures(rows, ['won']),
        ]
      : []),
    ...schedulerFigures(rows, ['medianDecision'], best),
    ...schedulerFigures(rows, ['sharedSlots', 'satOut', 'unfinished', 'quit']),
  ]
}

/** How the headline table stands in a paper. */
export const comparisonLatex = ({ name, seed, roundsDone }: ReportData): LatexOptions => ({
  caption: `${name}: schedulers over ${counted(roundsDone, 'round')}, seed ${seed}.`,
  label: 'tab:comparison',
})

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
  const cells = rows.map((row) => {
    const estimate = of(row)
    if (!estimate || !row.against) return { text: String(own), value: own }
    return row.against.rounds < 2
      ? { text: shown(estimate.value), value: estimate.value }
      : intervalCell(estimate, shown)
  })
  return cellColumn(head, cells)
}
