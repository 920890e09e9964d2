import { drawFigures } from './draw.js'
import { allFigures } from './figures/index.js'
import { reportPage } from './page.js'
import { pageLibraries } from './page-libraries.js'
import type { ReportData } from './report-data.js'

/** A report in memory. */
export interface Report {
  readonly html: string
  readonly figures: readonly { readonly id: string; readonly svg: string }[]
}

/** Draws the figures and the page; the same data gives the same bytes. `warn` hears what Vega objects to. */
export async function buildReport(
  data: ReportData,
  warn: (message: string) => void = () => {},
): Promise<Report> {
  const figures = await drawFigures(allFigures(data), warn)
  return {
    html: reportPage(data, figures, await pageLibraries()),
    figures: figures.map(({ id, svg }) => ({ id, svg })),
  }
}
