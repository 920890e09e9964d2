import { pluginContextOf } from '../environment/plugin-context.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { PluginContext } from '../plugin/plugin-context.js'
import type { StreamRegistry } from '../plugin/stream-registry.js'
import { jobsOf, type PlayedJob } from '../scenario/jobs.js'
import type { LoadedScenario } from '../scenario/load.js'
import { createLearning, type ExperimentLearning } from './learning.js'

/** A job with what it weighs, and what it learns. */
export interface WiredJob extends PlayedJob {
  readonly context: PluginContext
  readonly learning: ExperimentLearning | undefined
}

/** Wires the jobs of a scenario, each with the load of what it learns; none where it names none. */
export async function wireJobs(loaded: LoadedScenario, streams: StreamRegistry): Promise<WiredJob[]> {
  const wired: WiredJob[] = []
  for (const job of jobsOf(loaded)) {
    const context = pluginContextOf(job.loaded, streams)
    const all = context.network
    const learning = await createLearning(job.loaded, context, {
      label: job.label,
      members: job.clients,
      network: networkOfMembers(all, job.clients),
    })
    const network = learning ? withMembers(all, learning.network, job.clients) : all
    wired.push({ ...job, context: context.withNetwork(network), learning })
  }
  return wired
}

/** What a load makes of each client, where there is such a thing. */
const BY_CLIENT = ['clientSamples', 'clientFlops', 'clientJoulesPerSample'] as const

/** The network as if it had these clients alone, as far as a load goes. */
function networkOfMembers(network: NetworkParameters, members: Int32Array): NetworkParameters {
  const of = (all: Float64Array) => Float64Array.from(members, (client) => all[client])
  const own = BY_CLIENT.map((key) => [key, of(network[key])])
  const { bitsPerRound } = network
  return {
    ...network,
    clients: members.length,
    ...Object.fromEntries(own),
    ...(bitsPerRound && {
      bitsPerRound: { uplink: of(bitsPerRound.uplink), downlink: of(bitsPerRound.downlink) },
    }),
  }
}

/** The network with what a load has made of some of its clients. */
function withMembers(
  network: NetworkParameters,
  own: NetworkParameters,
  members: Int32Array,
): NetworkParameters {
  const spread = (before: Float64Array, of: Float64Array) => {
    const all = before.slice()
    for (const [i, client] of members.entries()) all[client] = of[i]
    return all
  }
  const beside = (way: 'uplink' | 'downlink') =>
    spread(
      network.bitsPerRound?.[way] ?? new Float64Array(network.clients),
      own.bitsPerRound?.[way] ?? new Float64Array(members.length),
    )
  return {
    ...own,
    clients: network.clients,
    ...Object.fromEntries(BY_CLIENT.map((key) => [key, spread(network[key], own[key])])),
    ...(own.bitsPerRound && { bitsPerRound: { uplink: beside('uplink'), downlink: beside('downlink') } }),
  }
}
