import type { RateCurve } from './rate-curve.js'
import type { ServerConsumption } from './server-energy.js'
import { type StrongestLinks, strongestGainIndex } from './strongest-links.js'

/** Work and traffic of one sample: FLOPs of head and body, bits of its feature maps and of their gradients. */
export interface SampleLoad {
  /** ψ^H, FLOPs a sample of head forward and backward. */
  readonly headFlops: number
  /** ψ^B, FLOPs a sample of body forward and backward. */
  readonly bodyFlops: number
  /** ξ^H, bits a sample. */
  readonly uplinkBits: number
  /** ξ^B, bits a sample. */
  readonly downlinkBits: number
}

/** λ and μ of eq. (19a): what a second and a joule weigh in the system cost. */
export interface CostWeights {
  readonly latency: number
  readonly energy: number
}

/** How clients share what they send on: whole channels, reused by every server; or shares of a slot's band, or of its time. */
export type Access = 'channels' | 'fdma' | 'tdma'

/** Where a model may be cut: the work of a sample that follows, and bits and FLOPs of a round beside. */
export interface CutLoad extends SampleLoad {
  readonly name: string
  /** Bits a round, e.g. of a head's weights. */
  readonly uplinkBitsPerRound?: number
  readonly downlinkBitsPerRound?: number
  readonly bodyFlopsPerRound?: number
}

/** How what is sent may be written: its bits as a share of those at full precision. */
export interface Payload {
  readonly name: string
  readonly uplinkShare: number
  readonly downlinkShare: number
}

/** What a round costs beside latency and energy. */
export interface Prices {
  /** For a client that is not served, or broke off, length N. */
  readonly unserved?: Float64Array
  /** For each of a client's samples that the round was not trained on, length N. */
  readonly sample?: Float64Array
  /** For a joule of a client, beside the weight of energy, length N. */
  readonly energy?: Float64Array
}

/** Bounds of variables for all clients. */
export interface DecisionBounds {
  readonly leastPowerW?: number
  /** The only powers there are, W, ascending; a client has those up to its own. Any between the bounds where absent. */
  readonly powerLevelsW?: Float64Array
  readonly leastClockHz?: number
  /** The only clocks, Hz, likewise. */
  readonly clockLevelsHz?: Float64Array
  readonly leastSamples?: number
  readonly mostSteps?: number
}

/** What stays the same from round to round: sizes, powers, processors, load. */
export interface NetworkParameters {
  /** N */
  readonly clients: number
  /** M */
  readonly servers: number
  /** K */
  readonly channels: number
  /** G, Hz a channel. */
  readonly bandwidthHz: number
  /** σ², W a channel. */
  readonly noiseW: number
  /** P_n, W, length N. */
  readonly clientPowerW: Float64Array
  /** D_n, samples a round, length N. */
  readonly clientSamples: Float64Array
  /** F_n^H, FLOP/s, length N; 0 with `load.headFlops` 0 means no local computing. */
  readonly clientFlops: Float64Array
  /** ω_n^H, J a sample, length N. */
  readonly clientJoulesPerSample: Float64Array
  /** Power of a client that waits for the slowest of its round, W, length N; absent where waiting takes none. */
  readonly clientWaitingW?: Float64Array
  /** P_m, W, length M. */
  readonly serverPowerW: Float64Array
  /** F_m^B, FLOP/s, length M. */
  readonly serverFlops: Float64Array
  readonly load: SampleLoad
  /** What a SINR is worth; absent: Shannon's rate. */
  readonly rate?: RateCurve | undefined
  readonly weights: CostWeights

  // What a scenario may open beyond the paper; absent, nothing of it is there.
  /** `channels` where absent. */
  readonly access?: Access
  /** Bits a round beside those of samples, length N each. */
  readonly bitsPerRound?: { readonly uplink: Float64Array; readonly downlink: Float64Array }
  /** Processor cycles a round beside the head's FLOPs, length N. */
  readonly clientCycles?: Float64Array
  /** Highest clock of a client, Hz, at which it has its FLOP/s, length N. */
  readonly clientClockHz?: Float64Array
  /** κ: a cycle at a clock f takes κ f² J, length N. */
  readonly switchedCapacitance?: Float64Array
  /** Share of what a transmitter takes that is on the air, from 0 to 1, length N; all of it where absent. */
  readonly amplifierEfficiency?: Float64Array
  /** What a client's circuits take while it sends, W, length N. */
  readonly circuitW?: Float64Array
  /** What a client takes while it receives, W, length N. */
  readonly receiveW?: Float64Array
  /** What edge servers take; absent where nobody counts it. */
  readonly serverConsumption?: ServerConsumption
  /** Between which a decision may choose; the load where absent. */
  readonly cuts?: readonly CutLoad[]
  readonly payloads?: readonly Payload[]
  readonly prices?: Prices
  /** Bounds of what is decided, where they are not 0 and what a client has. */
  readonly bounds?: DecisionBounds
}

/**
 * The network of one round, quasi-static as in Section IV-C.
 *
 * Gains are linear power gains, K×N×M, row-major (`gainIndex`): channel first, because everything that
 * interferes shares a channel. With reciprocal fading both directions are one array. Where only each client's strongest links
 * are kept, they lie as `StrongestLinks` says.
 */
export interface RoundNetwork extends NetworkParameters {
  /** h_{n,m}^k, from client n to server m, K×N×M. */
  readonly uplinkGain: Float64Array
  /** h_{m,n}^k, from server m to client n, K×N×M. */
  readonly downlinkGain: Float64Array
  /** Mean over fading of the gain between client n and server m, N×M. */
  readonly meanGain: Float64Array
  /** Absent where every link has gains of its own. */
  readonly links?: StrongestLinks
}

/** Position of (client, server, channel) in an array of gains: K×N×M, or as the links say that are kept. */
export function gainIndex(
  network: Pick<NetworkParameters, 'clients' | 'servers'> & Partial<Pick<RoundNetwork, 'channels' | 'links'>>,
  client: number,
  server: number,
  channel: number,
): number {
  const { links } = network
  if (links) return strongestGainIndex(network as RoundNetwork, links, client, server, channel)
  return (channel * network.clients + client) * network.servers + server
}
