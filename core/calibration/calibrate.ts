import { createEnvironment } from '../environment/create.js'
import { pluginContextOf } from '../environment/plugin-context.js'
import type { LoadedScenario } from '../scenario/load.js'
import { type Measures, measureDownlinks, measures, percentile } from './measure.js'
import type { Reference } from './reference.js'

/** One figure of a comparison, dB. */
export interface Deviation {
  readonly measure: keyof Measures
  readonly percent: number
  readonly ours: number
  readonly reference: number
  /** Ours less theirs. */
  readonly difference: number
}

/** Networks beside published distributions. */
export interface Calibration {
  readonly clients: number
  readonly measured: Measures
  readonly deviations: readonly Deviation[]
}

/** Where distributions are compared, percent: tails and middle. */
const COMPARED = [5, 50, 95]

/**
 * Draws the networks of a scenario, each in a landscape of its own, until so many clients were seen, and compares their
 * downlinks.
 */
export async function calibrate(
  loaded: LoadedScenario,
  reference: Reference,
  samples: number,
): Promise<Calibration> {
  const measured = await measureDownlinks(async (drop) => {
    // Shadows lie in one landscape throughout a run: another seed is another one.
    const { scenario } = loaded
    const another = { ...loaded, scenario: { ...scenario, seed: scenario.seed + drop } }
    const environment = await createEnvironment(another, pluginContextOf(another))
    return (await environment.snapshot(1)).network
  }, samples)
  const names = Object.keys(measures) as (keyof Measures)[]
  const deviations = names.flatMap((measure) => {
    const curve = reference.curves[measure]
    if (!curve) return []
    return COMPARED.flatMap((percent) => {
      const at = curve.percent.indexOf(percent)
      if (at < 0) return []
      const ours = percentile(measured[measure], percent)
      const theirs = curve.values[at]
      return [{ measure, percent, ours, reference: theirs, difference: ours - theirs }]
    })
  })
  return { clients: measured.sinrDb.length, measured, deviations }
}
