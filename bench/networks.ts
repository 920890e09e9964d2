import { Environment } from '../core/environment/environment.js'
import { wattsFromDbm } from '../core/environment/parameters.js'
import { RandomStreams } from '../core/kernel/random.js'
import type { NetworkParameters } from '../core/network/round-network.js'
import type { PluginKind, Scheduler } from '../core/plugin/contracts.js'
import { createPlugin } from '../core/plugin/create-plugin.js'
import { resolveReference } from '../core/plugin/options.js'
import { PluginContext } from '../core/plugin/plugin-context.js'
import type { InformationTier } from '../core/plugin/tiers.js'
import type { SchedulerView } from '../core/plugin/view.js'
import { untouched, View } from '../core/simulation/view.js'
import { builtInPlugins } from '../plugins/index.js'

/** A size of network to measure at: clients, servers, channels. */
export interface Size {
  readonly N: number
  readonly M: number
  readonly K: number
  /** Links of a client that are kept; absent: all. */
  readonly L?: number
}

/** The paper's size and three larger ones. */
export const sizes: readonly Size[] = [
  { N: 16, M: 4, K: 10 },
  { N: 64, M: 4, K: 20 },
  { N: 96, M: 9, K: 40 },
  { N: 1000, M: 50, K: 100 },
]

export const sizeName = ({ N, M, K, L }: Size): string => `${N}x${M}x${K}${L ? `-strongest-${L}` : ''}`

/** Servers stand in the corners of the paper's area as far as there are corners, else on a grid. */
export const placementOf = ({ M }: Size): string => (M <= 4 ? 'corners' : 'grid')

/** Side of the area, m: a grid grows, so that cells keep their size. */
export const sideOf = ({ M }: Size): number => (M <= 4 ? 600 : 300 * Math.sqrt(M))

/** What the benchmarks of one size share: the paper's network, and the plugins that act in it. */
export interface BenchmarkNetwork {
  readonly size: Size
  readonly parameters: NetworkParameters
  readonly environment: Environment
  /** A scheduler's streams are named `scheduler/<plugin>/<stream>`. */
  readonly streams: RandomStreams
  /** A scheduler on this network, its other options at their defaults. */
  scheduler(plugin: string, options?: Readonly<Record<string, unknown>>): Promise<Scheduler>
  /** A round as a scheduler sees it that may see everything, every client active. */
  view(round: number): Promise<SchedulerView>
}

/** The network of Section VI-A at some size, positions and fading new each round. */
export async function benchmarkNetwork(size: Size, seed = 1): Promise<BenchmarkNetwork> {
  const { N, M, K, L } = size
  const parameters: NetworkParameters = {
    clients: N,
    servers: M,
    channels: K,
    bandwidthHz: 4e6,
    noiseW: wattsFromDbm(-114),
    clientPowerW: new Float64Array(N).fill(wattsFromDbm(23)),
    clientSamples: new Float64Array(N).fill(128),
    clientFlops: new Float64Array(N).fill(1e12),
    clientJoulesPerSample: new Float64Array(N),
    serverPowerW: new Float64Array(M).fill(wattsFromDbm(33)),
    serverFlops: new Float64Array(M).fill(1.424e13),
    load: { headFlops: 0, bodyFlops: 4.9e10, uplinkBits: 6.422528e7, downlinkBits: 6.422528e7 },
    weights: { latency: 0.5, energy: 0.5 },
  }
  const streams = new RandomStreams(seed)
  const files = { resolve: (path: string) => path }
  const context = new PluginContext({ registry: builtInPlugins, streams, network: parameters, files })
  const create = <Kind extends PluginKind>(kind: Kind, plugin: string, options = {}) =>
    createPlugin(
      kind,
      resolveReference(builtInPlugins, kind, { plugin, options }),
      `${kind}/${plugin}`,
      context,
    )
  const side = sideOf(size)
  const environment = new Environment(
    parameters,
    {
      area: { widthM: side, heightM: side },
      clientPlacement: await create('placement', 'uniform'),
      serverPlacement: await create('placement', placementOf(size)),
      positions: 'per-round',
      episodeRounds: 1,
      propagation: await create('propagation', 'log-distance'),
      fading: await create('fading', 'rayleigh'),
      minimumDistanceM: 1,
      reciprocal: true,
      ...(L !== undefined && { strongestLinks: L }),
    },
    streams,
  )
  const viewer = { label: 'benchmark', tier: 'twin' as InformationTier }
  const counts = untouched(parameters)
  return {
    size,
    parameters,
    environment,
    streams,
    scheduler: (plugin, options) => create('scheduler', plugin, options),
    async view(round) {
      // A snapshot's arrays are written again by the next: a view kept for later needs its own.
      const { network } = await environment.snapshot(round)
      const gain = network.uplinkGain.slice()
      const kept = {
        ...network,
        uplinkGain: gain,
        downlinkGain: gain,
        meanGain: network.meanGain.slice(),
        ...(network.links && { links: { ...network.links, rank: network.links.rank.slice() } }),
      }
      return new View(round, parameters, counts, kept, viewer)
    },
  }
}
