import { builtInPlugins } from '../../../plugins/index.js'
import { UserError } from '../../errors.js'
import type { SampleLoad } from '../../network/round-network.js'
import { type LoadedScenario, loadScenario } from '../../scenario/load.js'
import { wire } from '../../simulation/wiring.js'

/** What changes a scenario on the command line. */
export interface ScenarioChanges {
  readonly overrides: readonly string[]
  readonly seed?: number
}

/** A scenario that was found right, and the load of a sample in it. */
export interface ValidScenario extends Pick<LoadedScenario, 'scenario' | 'hash'> {
  readonly load: SampleLoad
}

/** Reads a scenario and wires all its plugins; throws a `UserError` with all that is wrong. */
export async function validatedScenario(path: string, changes: ScenarioChanges): Promise<ValidScenario> {
  const loaded = await loadScenario(path, { ...changes, registry: builtInPlugins, checkFiles: true })
  const { problems, experiment } = await wire(loaded, builtInPlugins)
  if (!experiment) throw new UserError(problems)
  return { scenario: loaded.scenario, hash: loaded.hash, load: experiment.load }
}
