import type { RandomStream } from '../kernel/random.js'

/** Which clients share their heads (N_C of eq. 4), and what they do to them first. */
export interface HeadSharing {
  /** 1 for each client that takes part. */
  readonly participants: Uint8Array
  /** Null where heads are shared as they are. */
  readonly disturbance: Disturbance | null
}

/** Clipping and noise, with an account of what they leave of privacy. */
export interface Disturbance {
  /** Clips a change of weights and adds noise to it, in place. */
  disturb(change: Float32Array, random: RandomStream): void
  /** ε at the scenario's δ of a client that has shared its head so often; Infinity without noise. */
  epsilonAfter(releases: number): number
  /** A client that would spend more keeps its head to itself. */
  readonly epsilonBudget: number
}

/** Ŵ of eq. (4): what a client shares in place of its head. */
export function disturbedHead(
  weights: Float32Array,
  start: Float32Array,
  disturbance: Disturbance | null,
  random: RandomStream,
): Float32Array {
  if (!disturbance) return weights
  const change = weights.map((weight, i) => weight - start[i])
  disturbance.disturb(change, random)
  for (let i = 0; i < change.length; i++) change[i] += start[i]
  return change
}
