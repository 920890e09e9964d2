import { columnDecimals, counted, fixed } from '../../report/numbers.js'
import { type ComparedScheduler, compareSetting } from '../../suite/compare.js'
import type { SuiteRun } from '../../suite/run-suite.js'
import { alignedTable, widthOf } from '../terminal/table.js'

/** What a suite came to: a table for each setting. */
export function suiteText({ results }: SuiteRun, _columns: number): string {
  return results.settings
    .filter(({ schedulers }) => schedulers.length > 0)
    .map((setting) => `${setting.label}\n${table(compareSetting(setting))}`)
    .join('\n\n')
}

function table(rows: readonly ComparedScheduler[]): string {
  const columns = [
    { title: 'mean cost', digits: 4, of: (row: ComparedScheduler) => row.meanCost },
    { title: 'ratio', digits: 4, of: (row: ComparedScheduler) => row.against?.ratio.value ?? 1 },
    { title: 'decision ms', digits: 2, of: (row: ComparedScheduler) => row.medianDecision * 1000 },
  ]
  return alignedTable(
    [{ title: 'scheduler' }, ...columns.map(({ title }) => ({ title, align: 'right' as const }))],
    rows.map((row) => [
      row.label,
      ...columns.map(({ of, digits }) => fixed(of(row), columnDecimals(rows.map(of), digits))),
    ]),
  )
}

export { counted, widthOf }
