import { createPlugin, type Offer } from '../../plugin/container.js'
import type { Scenario } from '../../scenario/scenario.js'
import { followEvents } from './dynamic.js'
import type { CreateDynamics } from './dynamics.js'
import { staticDynamics } from './static.js'

/** The dynamics that a scenario asks for, with its churn and straggler plugins. */
export async function createDynamics(scenario: Scenario, offer: Offer): Promise<CreateDynamics> {
  const { dynamics, workload, round, churn, faults } = scenario
  const { headForwardShare } = workload
  if (dynamics === 'static') return staticDynamics(scenario.network.clients.count, headForwardShare)
  const stragglers = faults.stragglers
  return followEvents(
    {
      parameters: offer.network,
      headForwardShare,
      deadlineSeconds: round.deadlineSeconds ?? Infinity,
      churn: churn ? await createPlugin('churn', churn, 'churn', offer) : undefined,
      stragglers: stragglers
        ? await createPlugin('compute-time', stragglers, 'compute-time', offer)
        : undefined,
      outages: faults.outages ?? undefined,
      failures: faults.servers ?? undefined,
    },
    offer.streams,
  )
}
