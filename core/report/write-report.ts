import { join } from 'node:path'
import { publish } from '../files/publish.js'
import { writeTextFile } from '../files/write-file.js'
import { buildReport } from './build-report.js'
import { type ReadReportOptions, readReportData } from './read-report-data.js'
import { type DrawnFigure, figurePath, writeFigures } from './write-figures.js'

/** Paths of the files that a report consists of. */
export interface WrittenReport {
  readonly html: string
  readonly figures: string[]
}

/**
 * Writes `report.html` and `figures/*.svg` into a run directory, from its tables; at any time, and again.
 *
 * All files are there in full or as they were before. A `UserError` names a table that is missing or damaged, and a file
 * that cannot be written or that is in the way and not as cotwin wrote it.
 */
export async function writeReport(
  runDirectory: string,
  options: ReadReportOptions = {},
): Promise<WrittenReport> {
  const report = await buildReport(await readReportData(runDirectory, options))
  return publishReport(runDirectory, report.figures, report.html)
}

/** Puts a page and its figures into a directory, in place of those that cotwin has put there before. */
export async function publishReport(
  directory: string,
  figures: readonly DrawnFigure[],
  html: string,
): Promise<WrittenReport> {
  await publish(
    directory,
    (folder) => {
      writeFigures(join(folder, 'figures'), figures)
      writeTextFile(join(folder, PAGE), html)
    },
    { replaced: (path) => path === PAGE || path.startsWith('figures/') },
  )
  return {
    html: join(directory, PAGE),
    figures: figures.map(({ id }) => figurePath(join(directory, 'figures'), id)),
  }
}

const PAGE = 'report.html'
