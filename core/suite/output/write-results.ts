import { join } from 'node:path'
import { makeDirectories } from '../../files/make-directory.js'
import { publish } from '../../files/publish.js'
import { writeTextFile } from '../../files/write-file.js'
import { type DataTable, slug } from '../../report/data-table.js'
import { drawFigures } from '../../report/draw.js'
import { pageLibraries } from '../../report/page-libraries.js'
import { markdownPage, refuseUnknownColumns, tableCsv, tableLatex } from '../../report/render-table.js'
import { writeFigures } from '../../report/write-report.js'
import { writeCsv } from '../../results/csv.js'
import { StoredTable } from '../../results/stored-table.js'
import type { Analysis } from '../analysis/analysis.js'
import type { Verdict } from '../analysis/claims.js'
import { suiteFigures } from './figures/index.js'
import { suitePage } from './page.js'
import { refuseOtherPage, resultFiles } from './result-files.js'
import { resultsPage } from './results-page.js'
import { allTables } from './tables/all-tables.js'
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
  const tables = allTables(analysis, verdicts)
  refuseUnknownColumns(
    column,
    tables.map(({ columns }) => columns),
    '--column',
  )
  if (page) refuseOtherPage(page.path)
  const latex = tables.map((table) => latexTable(table, results.suite.name, column))
  const figures = await drawFigures(suiteFigures(analysis), warn)
  let learns = false as boolean
  await publish(
    directory,
    async (folder) => {
      const { table, learning, markdown, latex: latexFile, report } = resultFiles(folder)
      writeResultsTable(table, results)
      learns = writeLearningTable(learning, results)
      if (csv)
        for (const each of learns ? [table, learning] : [table])
          await writeCsv(each.replace(/\.parquet$/, '.csv'), await StoredTable.open(each))
      makeDirectories(join(folder, 'tables'))
      tables.forEach(({ id }, i) => {
        writeTextFile(join(folder, 'tables', `${id}.csv`), tableCsv(tables[i].columns))
        writeTextFile(join(folder, 'tables', `${id}.tex`), latex[i])
      })
      writeTextFile(markdown, markdownPage(results.suite.name, tables))
      writeTextFile(latexFile, latex.join('\n'))
      writeFigures(join(folder, 'figures'), figures)
      writeTextFile(report, suitePage(analysis, tables, figures, await pageLibraries()))
    },
    // Of an earlier state of the suite, which may have had others.
    { replaced: () => true },
  )
  if (page) writeTextFile(page.path, resultsPage(analysis, verdicts, tables, page.command))
  const { learning, ...files } = resultFiles(directory)
  return { ...files, ...(learns && { learning }), ...(page && { results: page.path }) }
}

/** A table for a paper, its note as a comment; `keep` as in `LatexOptions`. */
function latexTable({ id, title, note, columns }: DataTable, suite: string, keep: readonly string[]): string {
  const options = { caption: `${suite}: ${title}.`, label: `tab:${slug(suite)}-${id}`, keep }
  return `% ${note.replace(/\s+/g, ' ')}\n${tableLatex(columns, options)}`
}
