import { numberColumn, type TableColumn, textColumn } from '../report/data-table.js'
import { drawFigures } from '../report/draw.js'
import { fixed } from '../report/numbers.js'
import { htmlPage } from '../report/page.js'
import { pageLibraries } from '../report/page-libraries.js'
import { tableHtml } from '../report/render-table.js'
import { publishReport, type WrittenReport } from '../report/write-report.js'
import type { Calibration, Deviation } from './calibrate.js'
import { calibrationFigure } from './figure.js'
import { measures } from './measure.js'
import type { Reference } from './reference.js'

/** How far the scenario's figures are from the reference's. */
export const deviationColumns = (rows: readonly Deviation[]): TableColumn[] => [
  textColumn('measure', rows, ({ measure }) => measures[measure]),
  textColumn('below it', rows, ({ percent }) => `${percent} %`),
  numberColumn(rows, { head: 'cotwin', unit: 'dB', of: ({ ours }) => ours, decimals: 2 }),
  numberColumn(rows, { head: 'reference', unit: 'dB', of: ({ reference }) => reference, decimals: 2 }),
  numberColumn(rows, { head: 'difference', unit: 'dB', of: ({ difference }) => difference, decimals: 2 }),
]

/** Writes `report.html` and its figure into a directory; nothing that is not cotwin's is overwritten. */
export async function writeCalibrationReport(
  directory: string,
  name: string,
  { calibration, reference }: { readonly calibration: Calibration; readonly reference: Reference },
  warn: (message: string) => void = () => {},
): Promise<WrittenReport> {
  const figures = await drawFigures([calibrationFigure(name, calibration, reference)], warn)
  const html = htmlPage({
    title: `${name} – cotwin calibration`,
    heading: `${name}: calibration`,
    facts: [
      { name: 'clients', value: fixed(calibration.clients, 0) },
      { name: 'reference', value: reference.source },
    ],
    sections: [
      `<section id="deviations">\n<h2>At 5, 50 and 95 %</h2>\n${tableHtml(deviationColumns(calibration.deviations))}\n</section>`,
    ],
    figures,
    libraries: await pageLibraries(),
  })
  return publishReport(directory, { html, figures })
}
