import { join } from 'node:path'
import { writeTextFile } from '../results/text-file.js'
import { buildReport } from './build-report.js'
import { type ReadReportOptions, readReportData } from './read-report-data.js'
import { writeFigures } from './write-figures.js'

/** Paths of the files that a report consists of. */
export interface WrittenReport {
  readonly html: string
  readonly figures: string[]
}

/**
 * Writes `report.html` and `figures/*.svg` into a run directory, from its tables; at any time, and again.
 *
 * Each file is there in full or as it was before. A `UserError` names a table that is missing or damaged, or a file
 * that cannot be written.
 */
export async function writeReport(
  runDirectory: string,
  options: ReadReportOptions = {},
): Promise<WrittenReport> {
  const report = await buildReport(await readReportData(runDirectory, options))
  const figures = writeFigures(join(runDirectory, 'figures'), report.figures)
  const html = join(runDirectory, 'report.html')
  writeTextFile(html, report.html)
  return { html, figures }
}
