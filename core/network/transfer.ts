import { log2OnePlus } from './rate.js'

/** Stands for the time over a link without gain, s, so that costs stay numbers that can be compared. */
export const FOREVER = 1e15

/** SINR of what is received, W, over noise and interference, W: eqs. (10) and (15). */
export const sinrOf = (signal: number, noise: number): number => signal / noise

/**
 * Seconds of a transfer at this SINR, eqs. (9), (12), (14) and (16); `work` is its bits over the bandwidth, bit/Hz. A blocked
 * link takes `FOREVER`.
 */
export function transferTime(work: number, sinr: number): number {
  if (work === 0) return 0
  const time = work / log2OnePlus(sinr)
  return Math.min(time, FOREVER)
}

/** The SINR at which a transfer takes so many seconds, the inverse of `transferTime`; 0 where any will do. */
export function sinrFor(work: number, seconds: number): number {
  // Times over links without gain are cut off: those links are not ruled out.
  if (work === 0 || !(seconds < FOREVER)) return 0
  if (seconds <= 0) return Number.POSITIVE_INFINITY
  return Math.expm1((Math.LN2 * work) / seconds)
}
