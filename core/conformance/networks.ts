import { fromDecibels } from '../kernel/power.js'
import { RandomStreams } from '../kernel/random.js'
import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'

/** Clients, servers and channels: N, M and K. */
export interface NetworkSize {
  readonly clients: number
  readonly servers: number
  readonly channels: number
}

/** The constants of a network of this size: powers, processors and load as in the paper's Table I. */
export function parametersOf(size: NetworkSize): NetworkParameters {
  const { clients, servers } = size
  const filled = (length: number, value: number) => new Float64Array(length).fill(value)
  return {
    ...size,
    bandwidthHz: 4e6,
    noiseW: 3.98e-15,
    clientPowerW: filled(clients, 0.2),
    clientSamples: filled(clients, 128),
    clientFlops: filled(clients, 0),
    clientJoulesPerSample: filled(clients, 0),
    serverPowerW: filled(servers, 2),
    serverFlops: filled(servers, 1.424e13),
    serverConsumption: {
      computingW: filled(servers, 200),
      idleW: filled(servers, 50),
      amplifierEfficiency: filled(servers, 0.3),
      circuitW: filled(servers, 10),
    },
    load: { headFlops: 0, bodyFlops: 4.9e10, uplinkBits: 6.422528e7, downlinkBits: 6.422528e7 },
    weights: { latency: 0.5, energy: 0.5 },
  }
}

/** A generated network: clients anywhere in 600 m × 600 m, servers at its corners, Rayleigh fading. */
export function generatedNetwork(size: NetworkSize, seed: number): RoundNetwork {
  const random = new RandomStreams(seed).stream('network')
  const { clients, servers, channels } = size
  const meanGain = new Float64Array(clients * servers)
  for (let n = 0; n < clients; n++) {
    const [x, y] = [random.uniform(0, 600), random.uniform(0, 600)]
    for (let m = 0; m < servers; m++) {
      const distance = Math.hypot(x - (m % 2) * 600, y - ((m >> 1) % 2) * 600)
      meanGain[n * servers + m] = fromDecibels(-(35.3 + 37.6 * Math.log10(Math.max(1, distance))))
    }
  }
  const gains = () =>
    Float64Array.from(
      { length: channels * clients * servers },
      (_, i) => meanGain[i % (clients * servers)] * random.exponential(),
    )
  return { ...parametersOf(size), uplinkGain: gains(), downlinkGain: gains(), meanGain }
}

/** Sizes that a scheduler meets: alone, crowded, roomy, more clients than slots, no more than one channel or server. */
export const variedSizes: readonly NetworkSize[] = [
  { clients: 1, servers: 1, channels: 1 },
  { clients: 1, servers: 3, channels: 4 },
  { clients: 3, servers: 3, channels: 1 },
  { clients: 5, servers: 1, channels: 5 },
  { clients: 6, servers: 2, channels: 3 },
  { clients: 7, servers: 2, channels: 2 },
  { clients: 8, servers: 3, channels: 6 },
  { clients: 16, servers: 4, channels: 10 },
]
