import { basename, dirname, extname, join } from 'node:path'
import { builtInPlugins } from '../../../plugins/index.js'
import { calibrate, type Deviation } from '../../calibration/calibrate.js'
import { calibrationFigure } from '../../calibration/figure.js'
import { measures } from '../../calibration/measure.js'
import { readReference } from '../../calibration/reference.js'
import { makeDirectories } from '../../files/make-directory.js'
import { writeTextFile } from '../../files/write-file.js'
import { drawFigure } from '../../report/draw.js'
import { writeFigures } from '../../report/write-report.js'
import { loadScenario } from '../../scenario/load.js'
import { largestOf } from '../../statistics/extremes.js'
import type { CalibrateArguments } from '../options.js'
import { note, print, printJson } from '../streams.js'
import { alignedTable } from '../terminal/table.js'

/** Clients that are seen, unless it is said. */
const SAMPLES = 30_000

/** `cotwin calibrate`: returns the exit code, 1 where a figure is farther from its reference than is allowed. */
export async function calibrateCommand(path: string, options: CalibrateArguments): Promise<number> {
  const { set = [], seed, samples = SAMPLES, within } = options
  const file = options.against ?? join(dirname(path), 'data', `${basename(path, extname(path))}.json`)
  const reference = await readReference(file)
  const loaded = await loadScenario(path, {
    registry: builtInPlugins,
    overrides: set,
    ...(seed !== undefined && { seed }),
  })
  const { name } = loaded.scenario
  const calibration = await calibrate(loaded, reference, samples)
  const { clients, deviations } = calibration
  const largest = largestOf(deviations.map(({ difference }) => Math.abs(difference)))
  if (options.out !== undefined) {
    const figure = await drawFigure(calibrationFigure(name, calibration, reference), note)
    makeDirectories(options.out)
    writeFigures(options.out, [figure])
    writeTextFile(
      join(options.out, 'calibration.html'),
      pageOf(figure.title, figure.caption, figure.svg, deviations),
    )
  }
  if (options.json)
    printJson({ scenario: name, clients, source: reference.source, largestDb: largest, deviations })
  else {
    print(tableOf(deviations))
    print(`${clients} clients; largest difference ${largest.toFixed(2)} dB, from ${reference.source}`)
  }
  return within !== undefined && largest > within ? 1 : 0
}

const rowOf = ({ measure, percent, ours, reference, difference }: Deviation): string[] => [
  `${measures[measure]}, dB`,
  `${percent} %`,
  ours.toFixed(2),
  reference.toFixed(2),
  difference.toFixed(2),
]

const HEAD = ['measure', 'below it', 'cotwin', 'reference', 'difference']

const tableOf = (deviations: readonly Deviation[]): string =>
  alignedTable(
    HEAD.map((head, i) => ({ title: head, align: i === 0 ? ('left' as const) : ('right' as const) })),
    deviations.map(rowOf),
  )

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** The figure with its table, as a page of its own. */
function pageOf(title: string, caption: string, svg: string, deviations: readonly Deviation[]): string {
  const cells = (row: readonly string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<style>body{font:15px/1.5 Helvetica,Arial,sans-serif;margin:2em auto;max-width:68em;padding:0 1em}td,th{padding:.2em 1em;text-align:right}td:first-child,th:first-child{text-align:left}svg{max-width:100%;height:auto}</style></head>
<body><h1>${escaped(title)}</h1>
<figure>${svg}<figcaption>${escaped(caption)}</figcaption></figure>
<table>${cells(HEAD, 'th')}${deviations.map((deviation) => cells(rowOf(deviation), 'td')).join('')}</table>
</body></html>
`
}
