import { pluginContextOf } from '../environment/plugin-context.js'
import { evaluateRound } from '../network/round-cost.js'
import type { RoundNetwork } from '../network/round-network.js'
import { createPlugin } from '../plugin/create-plugin.js'
import { resolveReference } from '../plugin/options.js'
import type { LoadedScenario } from '../scenario/load.js'
import { untouched, View } from '../simulation/view.js'

/** What every policy is measured by: swap matching from a random start (Section VI-A). */
const referenceScheduler = 'swap-matching'

/** What the reference scheduler's assignments cost in these networks. */
export async function referenceCosts(
  loaded: LoadedScenario,
  networks: readonly RoundNetwork[],
): Promise<Float64Array> {
  const { registry } = loaded
  const reference = resolveReference(registry, 'scheduler', referenceScheduler)
  const scheduler = await createPlugin('scheduler', reference, 'twin/reference', pluginContextOf(loaded))
  const costs = new Float64Array(networks.length)
  for (const [index, network] of networks.entries()) {
    const counts = untouched(network)
    const viewer = { label: referenceScheduler, tier: 'twin' as const }
    const view = new View(index + 1, network, counts, network, viewer)
    costs[index] = evaluateRound(network, await scheduler.decide(view)).cost
  }
  return costs
}
