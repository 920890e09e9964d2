import { createPlugin } from '../../plugin/create-plugin.js'
import type { PluginContext } from '../../plugin/plugin-context.js'
import type { Scenario } from '../../scenario/scenario.js'
import { type DynamicSettings, followEvents } from './dynamic.js'
import type { CreateDynamics, LocalComputing } from './dynamics.js'
import { staticDynamics } from './static.js'

/** The dynamics that a scenario asks for, with its churn and straggler plugins. */
export async function createDynamics(scenario: Scenario, context: PluginContext): Promise<CreateDynamics> {
  if (scenario.dynamics === 'static')
    return staticDynamics(scenario.network.clients.count, localComputing(scenario))
  return followEvents(await dynamicSettings(scenario, context), context.streams)
}

/** What may go otherwise than planned in a scenario whose rounds follow the events. */
export async function dynamicSettings(scenario: Scenario, context: PluginContext): Promise<DynamicSettings> {
  const { round, churn, faults } = scenario
  const { stragglers } = faults
  return {
    parameters: context.network,
    computing: localComputing(scenario),
    deadlineSeconds: round.deadlineSeconds ?? Infinity,
    churn: churn ? await createPlugin('churn', churn, 'churn', context) : undefined,
    stragglers: stragglers
      ? await createPlugin('compute-time', stragglers, 'compute-time', context)
      : undefined,
    outages: faults.outages ?? undefined,
    failures: faults.servers ?? undefined,
  }
}

/** What of a scenario says when clients compute. */
interface Computed {
  readonly learning: { readonly protocol: string } | null
  readonly workload: { readonly headForwardShare: number }
}

/** Who has the whole model trains it before it is sent up; a head is run forward, and backward when gradients have come. */
export function localComputing({ learning, workload: { headForwardShare } }: Computed): LocalComputing {
  if (learning?.protocol === 'federated') return { before: { phase: 'training', share: 1 }, after: null }
  return {
    before: { phase: 'head-forward', share: headForwardShare },
    after: { phase: 'head-backward', share: 1 - headForwardShare },
  }
}
