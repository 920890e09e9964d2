import type { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters } from '../network/round-network.js'
import { type DrawRule, realise } from '../scenario/distribution.js'
import type { PerNodeValue, Scenario } from '../scenario/scenario.js'

/** Power in W from dBm. */
export const wattsFromDbm = (dbm: number): number => 10 ** (dbm / 10) / 1000

/** The network's constants in SI units, values per client and server drawn from streams of their own. */
export function networkParameters(scenario: Scenario, streams: RandomStreams): NetworkParameters {
  const { network, workload, objective } = scenario
  const perNode = (path: string, value: PerNodeValue, count: number, rule: DrawRule = {}) =>
    realise(value, count, (node) => streams.stream(`values/${path}`, node), { path, ...rule })
  const perClient = (path: string, value: PerNodeValue, rule?: DrawRule) =>
    perNode(path, value, network.clients.count, rule)
  const perServer = (path: string, value: PerNodeValue, rule?: DrawRule) =>
    perNode(path, value, network.servers.count, rule)
  const { clients, servers, channels } = network
  return {
    clients: clients.count,
    servers: servers.count,
    channels: channels.count,
    bandwidthHz: channels.bandwidthHz,
    noiseW: wattsFromDbm(channels.noiseDbm),
    clientPowerW: perClient('network.clients.powerDbm', clients.powerDbm, { unit: 'dBm' }).map(wattsFromDbm),
    clientSamples: perClient('workload.samplesPerRound', workload.samplesPerRound, {
      minimum: 1,
      whole: true,
      unit: 'samples',
    }),
    clientFlops: perClient('network.clients.flops', clients.flops, { exclusiveMinimum: 0, unit: 'FLOP/s' }),
    clientJoulesPerSample: perClient('network.clients.joulesPerSample', clients.joulesPerSample, {
      minimum: 0,
      unit: 'J per sample',
    }),
    serverPowerW: perServer('network.servers.powerDbm', servers.powerDbm, { unit: 'dBm' }).map(wattsFromDbm),
    serverFlops: perServer('network.servers.flops', servers.flops, { exclusiveMinimum: 0, unit: 'FLOP/s' }),
    load: {
      headFlops: workload.headFlopsPerSample,
      bodyFlops: workload.bodyFlopsPerSample,
      uplinkBits: workload.uplinkBitsPerSample,
      downlinkBits: workload.downlinkBitsPerSample,
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

export function budgetsOf(scenario: Scenario, streams: RandomStreams): Budgets {
  const { latencySeconds, energyJoules } = scenario.budgets
  const streamOf = (client: number) => streams.stream('values/budgets.energyJoules', client)
  const rule = { path: 'budgets.energyJoules', exclusiveMinimum: 0, unit: 'J' }
  return {
    latencySeconds: latencySeconds ?? Number.POSITIVE_INFINITY,
    energyJoules:
      energyJoules === null
        ? new Float64Array(scenario.network.clients.count).fill(Number.POSITIVE_INFINITY)
        : realise(energyJoules, scenario.network.clients.count, streamOf, rule),
  }
}
