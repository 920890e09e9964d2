import type { RandomStream } from '../kernel/random-stream.js'
import type { PrivateRelease } from './privacy/index.js'

/** Which clients share their heads (N_C of eq. 4), and what they do to them first. */
export interface HeadSharing {
  /** 1 for each client that takes part. */
  readonly participants: Uint8Array
  /** Null where heads are shared as they are. */
  readonly disturbance: PrivateRelease | null
}

/**
 * Ŵ of eq. (4): what a client shares in place of its head, which it trained from `start`.
 *
 * What it changed in the round is clipped, disturbed and added to `known`, what everyone knows that the client was given
 * last. Where heads come back every round that is its start; where they wait for others, its start is its own secret.
 */
export function disturbedHead(
  weights: Float32Array,
  { start, known }: { readonly start: Float32Array; readonly known: Float32Array },
  disturbance: PrivateRelease,
  random: RandomStream,
): Float32Array {
  const change = weights.map((weight, i) => weight - start[i])
  disturbance.disturb(change, random)
  for (let i = 0; i < change.length; i++) change[i] += known[i]
  return change
}
