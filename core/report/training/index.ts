import { join } from 'node:path'
import { writeTextFile } from '../../results/text-file.js'
import { drawFigures } from '../draw.js'
import { pageLibraries } from '../page-libraries.js'
import { writeFigures } from '../write-figures.js'
import { agentLosses, learningCurve } from './figures.js'
import { trainingPage } from './page.js'
import { readTraining } from './read.js'

/** Writes `report.html` and `figures/*.svg` into a training directory, from its tables. */
export async function writeTrainingReport(
  directory: string,
  warn: (message: string) => void = () => {},
): Promise<{ readonly html: string; readonly figures: readonly string[] }> {
  const data = await readTraining(directory)
  const losses = agentLosses(data)
  const drawn = await drawFigures([learningCurve(data), ...(losses ? [losses] : [])], warn)
  const figures = writeFigures(join(directory, 'figures'), drawn)
  const html = join(directory, 'report.html')
  writeTextFile(html, trainingPage(data, drawn, await pageLibraries()))
  return { html, figures }
}
