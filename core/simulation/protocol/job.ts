import type { NetworkParameters, RoundNetwork } from '../../network/round-network.js'
import type { Protocol } from '../../plugin/protocol-contracts.js'
import type { WorldSettings } from './world-settings.js'

/** One of the tasks that are learned at the same time: whose, under which protocol, and what it weighs. */
export interface JobSettings {
  /** Undefined where a scenario names no jobs: then there is one, of all clients. */
  readonly label: string | undefined
  /** 1 for each of its clients, length N; undefined where all are. */
  readonly members: Uint8Array | undefined
  readonly protocol: Protocol
  readonly world: WorldSettings
  /** Slots that are to be free of other jobs before a decision for this one. */
  readonly leastSlots: number
}

/** What a job has otherwise than the network that it shares. */
const OF_THE_JOB = [
  'load',
  'weights',
  'clientSamples',
  'clientFlops',
  'clientJoulesPerSample',
  'bitsPerRound',
  'cuts',
  'payloads',
] as const

/**
 * A network as it is for a job: with what its samples weigh, and its objective. `shared`: what the network of all jobs is like, where
 * this one may have processors otherwise, as a twin takes them for.
 */
export function networkOf(
  network: RoundNetwork,
  parameters: NetworkParameters,
  shared: NetworkParameters = network,
): RoundNetwork {
  if (OF_THE_JOB.every((key) => network[key] === parameters[key])) return network
  const own = Object.fromEntries(OF_THE_JOB.map((key) => [key, parameters[key]]))
  if (network.clientFlops === shared.clientFlops) return { ...network, ...own }
  const clientFlops = parameters.clientFlops.map((flops, client) =>
    shared.clientFlops[client] === 0
      ? flops
      : (flops * network.clientFlops[client]) / shared.clientFlops[client],
  )
  return { ...network, ...own, clientFlops }
}
