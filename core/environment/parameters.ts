import type { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import type { Scenario } from '../scenario/scenario.js'
import { realiseKey } from '../scenario/schema/per-node.js'

/** Until learning is wired: a number that nothing can be computed with unnoticed. */
const ofTheModel = Number.NaN

/** Power in W from dBm. */
export const wattsFromDbm = (dbm: number): number => 10 ** (dbm / 10) / 1000

/** Thermal noise, dBm/Hz at 290 K, as the field counts it. */
const THERMAL_DBM_PER_HZ = -174

/** σ² of a channel, dBm: as it is given, or thermal noise and the receiver's own. */
const noiseDbmOf = ({ noiseDbm, noiseFigureDb, bandwidthHz }: Scenario['network']['channels']): number =>
  noiseFigureDb === null ? noiseDbm : THERMAL_DBM_PER_HZ + 10 * Math.log10(bandwidthHz) + noiseFigureDb

/** The network's constants in SI units, values per client and server drawn from streams of their own. */
export function networkParameters(scenario: Scenario, streams: RandomStreams): NetworkParameters {
  const { network, workload, objective } = scenario
  const values = (key: string) => realiseKey(scenario, key, streams) as Float64Array
  const clientWaitingW = values('network.clients.waitingPowerW')
  return {
    clients: network.clients.count,
    servers: network.servers.count,
    channels: network.channels.count,
    bandwidthHz: network.channels.bandwidthHz,
    noiseW: wattsFromDbm(noiseDbmOf(network.channels)),
    clientPowerW: values('network.clients.powerDbm').map(wattsFromDbm),
    clientSamples: values('workload.samplesPerRound'),
    clientFlops: values('network.clients.flops'),
    clientJoulesPerSample: values('network.clients.joulesPerSample'),
    ...(clientWaitingW.some((watts) => watts > 0) && { clientWaitingW }),
    serverPowerW: values('network.servers.powerDbm').map(wattsFromDbm),
    serverFlops: values('network.servers.flops'),
    load: {
      headFlops: workload.headFlopsPerSample ?? ofTheModel,
      bodyFlops: workload.bodyFlopsPerSample ?? ofTheModel,
      uplinkBits: workload.uplinkBitsPerSample ?? ofTheModel,
      downlinkBits: workload.downlinkBitsPerSample ?? ofTheModel,
    },
    weights: { latency: objective.latency, energy: objective.energy },
  }
}

/** What each client and the whole run may spend; Infinity where there is no limit. */
export interface Budgets {
  /** T^max, s. */
  readonly latencySeconds: number
  /** E_n^max, J, length N. */
  readonly energyJoules: Float64Array
}

/** The budgets C1 and C2 of a scenario, drawn where it gives a distribution; Infinity where it sets none. */
export function budgetsOf(scenario: Scenario, streams: RandomStreams): Budgets {
  const unlimited = new Float64Array(scenario.network.clients.count).fill(Number.POSITIVE_INFINITY)
  return {
    latencySeconds: scenario.budgets.latencySeconds ?? Number.POSITIVE_INFINITY,
    energyJoules: realiseKey(scenario, 'budgets.energyJoules', streams) ?? unlimited,
  }
}
