import { join } from 'node:path'
import { makeDirectories } from '../../results/make-directory.js'
import { writeTextFile } from '../../results/text-file.js'
import { drawFigure } from '../draw.js'
import { pageLibraries } from '../page-libraries.js'
import { agentLosses, learningCurve } from './figures.js'
import { trainingPage } from './page.js'
import { readTraining } from './read.js'

/** Writes `report.html` and `figures/*.svg` into a training directory, from its tables. */
export async function writeTrainingReport(
  directory: string,
  warn: (message: string) => void = () => {},
): Promise<{ readonly html: string; readonly figures: readonly string[] }> {
  const data = await readTraining(directory)
  const folder = join(directory, 'figures')
  makeDirectories(folder)
  const drawn = []
  for (const figure of [learningCurve(data), agentLosses(data)])
    if (figure) drawn.push(await drawFigure(figure, warn))
  const figures = drawn.map(({ id, svg }) => {
    const path = join(folder, `${id}.svg`)
    writeTextFile(path, svg)
    return path
  })
  const html = join(directory, 'report.html')
  writeTextFile(html, trainingPage(data, drawn, await pageLibraries()))
  return { html, figures }
}
