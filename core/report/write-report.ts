import { join } from 'node:path'
import { makeDirectories } from '../files/make-directory.js'
import { publish } from '../files/publish.js'
import { writeTextFile } from '../files/write-file.js'
import { type DrawnFigure, drawFigures } from './draw.js'
import { allFigures } from './figures/index.js'
import { pageLibraries } from './page-libraries.js'
import { type ReadReportOptions, readReportData } from './read-report-data.js'
import type { ReportData } from './report-data.js'
import { runPage } from './run-page.js'

/** Paths of the files that a report consists of. */
export interface WrittenReport {
  readonly html: string
  readonly figures: string[]
}

/** A report in memory. */
export interface Report {
  readonly html: string
  readonly figures: readonly WrittenFigure[]
}

type WrittenFigure = Pick<DrawnFigure, 'id' | 'svg'>

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
  return publishReport(runDirectory, await buildReport(await readReportData(runDirectory, options)))
}

/** Draws the figures and the page; the same data gives the same bytes. `warn` hears what Vega objects to. */
export async function buildReport(
  data: ReportData,
  warn: (message: string) => void = () => {},
): Promise<Report> {
  const figures = await drawFigures(allFigures(data), warn)
  return {
    html: runPage(data, figures, await pageLibraries()),
    figures: figures.map(({ id, svg }) => ({ id, svg })),
  }
}

/** Puts a page and its figures into a directory, in place of those that cotwin has put there before. */
export async function publishReport(directory: string, { html, figures }: Report): Promise<WrittenReport> {
  await publish(
    directory,
    (folder) => {
      writeFigures(join(folder, FIGURES), figures)
      writeTextFile(join(folder, PAGE), html)
    },
    { replaced: (path) => path === PAGE || path.startsWith(`${FIGURES}/`) },
  )
  return {
    html: join(directory, PAGE),
    figures: figures.map(({ id }) => figurePath(join(directory, FIGURES), id)),
  }
}

const PAGE = 'report.html'
const FIGURES = 'figures'

const figurePath = (folder: string, id: string): string => join(folder, `${id}.svg`)

/** Writes figures into a folder, `<id>.svg` each. A `UserError` names what cannot be written. */
export function writeFigures(folder: string, figures: readonly WrittenFigure[]): void {
  makeDirectories(folder)
  for (const { id, svg } of figures) writeTextFile(figurePath(folder, id), svg)
}
