import { pluginContextOf } from '../environment/plugin-context.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { LoadedScenario } from '../scenario/load.js'

/** The network's constants, with the load of what is learned where the scenario takes it from there. */
export async function networkOf(loaded: LoadedScenario): Promise<NetworkParameters> {
  const context = pluginContextOf(loaded)
  if (loaded.scenario.learning?.sizes !== 'model') return context.network
  const { createLearning } = await import('../simulation/learning.js')
  return (await createLearning(loaded, context))?.network ?? context.network
}
