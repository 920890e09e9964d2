import { basename, dirname, extname, join } from 'node:path'
import { builtInPlugins } from '../../../plugins/index.js'
import { calibrate } from '../../calibration/calibrate.js'
import { deviationColumns, writeCalibrationReport } from '../../calibration/page.js'
import { readReference } from '../../calibration/reference.js'
import { makeDirectories } from '../../files/make-directory.js'
import { loadScenario } from '../../scenario/load.js'
import { largestOf } from '../../statistics/extremes.js'
import type { CalibrateArguments } from '../options.js'
import { note, print, printJson } from '../streams.js'
import { terminalTable } from '../terminal/table.js'

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
    makeDirectories(options.out)
    await writeCalibrationReport(options.out, name, { calibration, reference }, note)
  }
  if (options.json)
    printJson({ scenario: name, clients, source: reference.source, largestDb: largest, deviations })
  else {
    print(terminalTable(deviationColumns(deviations)))
    print(`${clients} clients; largest difference ${largest.toFixed(2)} dB, from ${reference.source}`)
  }
  return within !== undefined && largest > within ? 1 : 0
}
