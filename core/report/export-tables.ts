import { join } from 'node:path'
import { makeDirectories } from '../files/make-directory.js'
import { publish } from '../files/publish.js'
import { writeTextFile } from '../files/write-file.js'
import { writeCsv } from '../results/csv.js'
import { openRun } from '../results/read-run.js'
import { compareSchedulers } from './comparison.js'
import { comparisonColumns, comparisonLatex } from './comparison-table.js'
import { readReportData } from './read-report-data.js'
import { refuseUnknownColumns, tableCsv, tableLatex } from './render-table.js'

/** What to write of a run beside its report. */
export interface ExportOptions {
  /** The comparison of the schedulers, and every table of the run, as comma-separated values. */
  readonly csv?: boolean
  /** The comparison for a paper. */
  readonly latex?: boolean
  /** Heads of the columns that LaTeX keeps beside the first; all where there are none. */
  readonly column?: readonly string[]
}

/** Writes tables of a run into its folder `tables`; returns their paths. A `UserError` names a bad table or column. */
export async function exportTables(
  runDirectory: string,
  { csv = false, latex = false, column = [] }: ExportOptions,
): Promise<string[]> {
  if (!csv && !latex && column.length === 0) return []
  const data = await readReportData(runDirectory)
  const columns = comparisonColumns(compareSchedulers(data))
  refuseUnknownColumns(column, [columns], '--column')
  const written: string[] = []
  await publish(runDirectory, async (folder) => {
    makeDirectories(join(folder, 'tables'))
    const path = (name: string): string => {
      written.push(join(runDirectory, 'tables', name))
      return join(folder, 'tables', name)
    }
    if (latex || column.length > 0)
      writeTextFile(path('comparison.tex'), tableLatex(columns, { ...comparisonLatex(data), keep: column }))
    if (!csv) return
    writeTextFile(path('comparison.csv'), tableCsv(columns))
    const run = openRun(runDirectory)
    for (const { name } of run.manifest.tables) await writeCsv(path(`${name}.csv`), await run.table(name))
  })
  return written
}
