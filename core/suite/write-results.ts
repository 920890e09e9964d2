import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { drawFigures } from '../report/draw.js'
import { pageLibraries } from '../report/page-libraries.js'
import { refuseUnknownColumns } from '../report/table-text.js'
import { writeFigures } from '../report/write-figures.js'
import { writeCsv } from '../results/csv.js'
import { makeDirectories } from '../results/make-directory.js'
import { StoredTable } from '../results/stored-table.js'
import { writeTextFile } from '../results/text-file.js'
import type { Analysis } from './analysis.js'
import type { Verdict } from './claims.js'
import { suiteFigures } from './figures/index.js'
import { suitePage } from './page.js'
import { resultsPage } from './results-page.js'
import { allTables } from './tables/all-tables.js'
import { csvTable, latexTable, markdownPage } from './tables/render.js'
import { writeLearningTable, writeResultsTable } from './write-table.js'

export interface WriteOptions {
  /** Where to write the page of claims and verdicts, and the command that does. */
  readonly page?: { readonly path: string; readonly command: string }
  /** Every round as comma-separated values, too. */
  readonly csv?: boolean
  /** Heads of the columns that LaTeX keeps, beside the first of each table. */
  readonly column?: readonly string[]
  /** Hears what Vega objects to. */
  readonly warn?: (message: string) => void
}

/** Writes everything that is made from the finished cells; returns the paths by kind. */
export async function writeResults(
  directory: string,
  analysis: Analysis,
  verdicts: readonly Verdict[],
  { page, csv = false, column = [], warn = () => {} }: WriteOptions = {},
): Promise<Record<string, string>> {
  const { results } = analysis
  const files = {
    report: join(directory, 'report.html'),
    table: join(directory, 'results.parquet'),
    markdown: join(directory, 'tables.md'),
    latex: join(directory, 'tables.tex'),
  }
  const tables = allTables(analysis, verdicts)
  refuseUnknownColumns(
    column,
    tables.map(({ columns }) => columns),
    '--column',
  )
  writeResultsTable(files.table, results)
  const learning = join(directory, 'learning.parquet')
  const learns = writeLearningTable(learning, results)
  if (csv)
    for (const table of learns ? [files.table, learning] : [files.table])
      await writeCsv(table.replace(/\.parquet$/, '.csv'), await StoredTable.open(table))

  const [tableDirectory, figureDirectory] = [join(directory, 'tables'), join(directory, 'figures')]
  for (const each of [tableDirectory, figureDirectory]) {
    makeDirectories(each)
    // Of an earlier state of the suite, which may have had others.
    for (const name of readdirSync(each)) rmSync(join(each, name), { recursive: true })
  }
  const latex = tables.map((table) => latexTable(table, results.suite.name, column))
  tables.forEach((table, i) => {
    writeTextFile(join(tableDirectory, `${table.id}.csv`), csvTable(table))
    writeTextFile(join(tableDirectory, `${table.id}.tex`), latex[i])
  })
  writeTextFile(files.markdown, markdownPage(results.suite.name, tables))
  writeTextFile(files.latex, latex.join('\n'))

  const figures = await drawFigures(suiteFigures(analysis), warn)
  writeFigures(figureDirectory, figures)
  writeTextFile(files.report, suitePage(analysis, tables, figures, await pageLibraries()))
  if (page) writeTextFile(page.path, resultsPage(analysis, verdicts, tables, page.command))
  return { ...files, ...(learns && { learning }), ...(page && { results: page.path }) }
}
