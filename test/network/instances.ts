import { RandomStreams } from '../../core/kernel/index.js'
import type { RoundNetwork } from '../../core/plugin/index.js'

/** A network of random gains spread over eight decades, with heterogeneous clients and servers. */
export function randomNetwork(
  seed: number,
  { clients = 16, servers = 4, channels = 10, headFlops = 1e9 }: Partial<Record<string, number>> = {},
): RoundNetwork {
  const random = new RandomStreams(seed).stream('instance')
  const draw = (length: number, low: number, high: number) =>
    Float64Array.from({ length }, () => random.uniform(low, high))
  const gains = () =>
    Float64Array.from({ length: channels * clients * servers }, () => 10 ** random.uniform(-15, -7))
  return {
    clients,
    servers,
    channels,
    bandwidthHz: 4e6,
    noiseW: 3.98e-15,
    clientPowerW: draw(clients, 0.1, 0.3),
    clientSamples: Float64Array.from({ length: clients }, () => 1 + random.integer(200)),
    clientFlops: draw(clients, 1e10, 1e12),
    clientJoulesPerSample: draw(clients, 0, 1),
    serverPowerW: draw(servers, 1, 3),
    serverFlops: draw(servers, 1e12, 1e13),
    load: { headFlops, bodyFlops: 4.9e10, uplinkBits: 6.4e7, downlinkBits: 3.2e7 },
    weights: { latency: 0.5, energy: 0.3 },
    uplinkGain: gains(),
    downlinkGain: gains(),
    meanGain: new Float64Array(clients * servers).fill(1e-9),
  }
}
