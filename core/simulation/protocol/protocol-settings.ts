import { createPlugin } from '../../plugin/create-plugin.js'
import type { PluginContext } from '../../plugin/plugin-context.js'
import type { Scenario } from '../../scenario/scenario.js'
import { dynamicSettings } from '../dynamics/create.js'
import type { ExperimentLearning } from '../learning.js'
import type { SchedulerRunSettings } from '../scheduler-run-settings.js'
import { backhaulOf } from './backhaul.js'
import type { ProtocolRunSettings } from './protocol-run.js'

/** What runs of processes take beside; undefined where a scenario plays rounds. */
export async function protocolSettings(
  scenario: Scenario,
  settings: SchedulerRunSettings,
  context: PluginContext,
  learning: ExperimentLearning | undefined,
): Promise<ProtocolRunSettings | undefined> {
  if (scenario.protocol === null) return undefined
  const protocol = await createPlugin('protocol', scenario.protocol, 'protocol', context)
  const backhaul = backhaulOf(scenario, context.streams, learning?.bodyBits)
  const world = {
    ...(await dynamicSettings(scenario, context)),
    backhaul,
    ...(learning && { tail: learning.tail }),
  }
  const job = { label: undefined, members: undefined, protocol, world, leastSlots: 1 }
  return { ...settings, jobs: [job], streams: context.streams }
}
