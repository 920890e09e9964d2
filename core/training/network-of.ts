import { weighedAtFirst } from '../environment/objectives.js'
import { pluginContextOf } from '../environment/plugin-context.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { LoadedScenario } from '../scenario/load.js'

/** The network's constants, with the load of what is learned where the scenario takes it from there, weighed as a first round is. */
export async function networkOf(loaded: LoadedScenario): Promise<NetworkParameters> {
  const context = pluginContextOf(loaded)
  const { scenario } = loaded
  if (scenario.learning?.sizes !== 'model') return weighedAtFirst(scenario, context)
  const { createLearning } = await import('../simulation/learning.js')
  const learned = (await createLearning(loaded, context))?.network
  return weighedAtFirst(scenario, learned ? context.withNetwork(learned) : context)
}
