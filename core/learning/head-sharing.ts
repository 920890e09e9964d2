import type { RandomStream } from '../kernel/random.js'
import type { PrivateRelease } from './privacy/index.js'

/** Which clients share their heads (N_C of eq. 4), and what they do to them first. */
export interface HeadSharing {
  /** 1 for each client that takes part. */
  readonly participants: Uint8Array
  /** Null where heads are shared as they are. */
  readonly disturbance: PrivateRelease | null
}

/** Ŵ of eq. (4): what a client shares in place of its head. */
export function disturbedHead(
  weights: Float32Array,
  start: Float32Array,
  disturbance: PrivateRelease | null,
  random: RandomStream,
): Float32Array {
  if (!disturbance) return weights
  const change = weights.map((weight, i) => weight - start[i])
  disturbance.disturb(change, random)
  for (let i = 0; i < change.length; i++) change[i] += start[i]
  return change
}
