import type { RateCurve } from './rate-curve.js'

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
}

/**
 * The network of one round, quasi-static as in Section IV-C.
 *
 * Gains are linear power gains, K×N×M, row-major (`gainIndex`): channel first, because everything that
 * interferes shares a channel. With reciprocal fading both directions are one array.
 */
export interface RoundNetwork extends NetworkParameters {
  /** h_{n,m}^k, from client n to server m, K×N×M. */
  readonly uplinkGain: Float64Array
  /** h_{m,n}^k, from server m to client n, K×N×M. */
  readonly downlinkGain: Float64Array
  /** Mean over fading of the gain between client n and server m, N×M. */
  readonly meanGain: Float64Array
}

/** Position of (client, server, channel) in a K×N×M array of gains. */
export function gainIndex(
  network: Pick<NetworkParameters, 'clients' | 'servers'>,
  client: number,
  server: number,
  channel: number,
): number {
  return (channel * network.clients + client) * network.servers + server
}
