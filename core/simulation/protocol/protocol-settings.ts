import { createPlugin } from '../../plugin/create-plugin.js'
import type { PluginContext } from '../../plugin/plugin-context.js'
import type { Scenario } from '../../scenario/scenario.js'
import { dynamicSettings } from '../dynamics/create.js'
import type { WiredJob } from '../jobs.js'
import type { ExperimentLearning } from '../learning.js'
import type { SchedulerRunSettings } from '../scheduler-run-settings.js'
import { backhaulOf } from './backhaul.js'
import type { JobSettings } from './job.js'
import type { ProtocolRunSettings } from './protocol-run.js'

/** What runs of processes take beside; undefined where a scenario plays rounds. `jobs`: those that share it, if any. */
export async function protocolSettings(
  scenario: Scenario,
  settings: SchedulerRunSettings,
  context: PluginContext,
  learning: ExperimentLearning | undefined,
  jobs: readonly WiredJob[],
): Promise<ProtocolRunSettings | undefined> {
  const { streams } = context
  const { rounds } = scenario
  if (jobs.length > 0) {
    const all: JobSettings[] = []
    for (const job of jobs) {
      const members = new Uint8Array(context.network.clients)
      for (const client of job.clients) members[client] = 1
      const own = await jobSettings(job.loaded.scenario, job.context, job.learning)
      all.push({ ...own, label: job.label, members, leastSlots: job.leastSlots })
    }
    return { ...settings, jobs: all, rounds, streams }
  }
  if (scenario.protocol === null) return undefined
  return { ...settings, jobs: [await jobSettings(scenario, context, learning)], rounds, streams }
}

async function jobSettings(
  scenario: Scenario,
  context: PluginContext,
  learning: ExperimentLearning | undefined,
): Promise<JobSettings> {
  const protocol = await createPlugin('protocol', scenario.protocol!, 'protocol', context)
  const backhaul = backhaulOf(scenario, context.streams, learning?.bodyBits)
  const world = {
    ...(await dynamicSettings(scenario, context)),
    backhaul,
    ...(learning && { tail: learning.tail }),
  }
  return { label: undefined, members: undefined, protocol, world, leastSlots: 1 }
}
