import { drawFigures } from '../draw.js'
import { pageLibraries } from '../page-libraries.js'
import { publishReport, type WrittenReport } from '../write-report.js'
import { agentLosses, learningCurve } from './figures.js'
import { trainingPage } from './page.js'
import { readTraining } from './read.js'

/** Writes `report.html` and `figures/*.svg` into a training directory, from its tables. */
export async function writeTrainingReport(
  directory: string,
  warn: (message: string) => void = () => {},
): Promise<WrittenReport> {
  const data = await readTraining(directory)
  const losses = agentLosses(data)
  const drawn = await drawFigures([learningCurve(data), ...(losses ? [losses] : [])], warn)
  const html = trainingPage(data, drawn, await pageLibraries())
  return publishReport(directory, { html, figures: drawn })
}
