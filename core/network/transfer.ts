import { leastSinrFor, type RateCurve, spectralEfficiency } from './rate-curve.js'

/** Stands for the time over a link without gain, s, so that costs stay numbers that can be compared. */
export const FOREVER = 1e15

/** SINR of what is received, W, over noise and interference, W: eqs. (10) and (15). */
export const sinrOf = (signal: number, noise: number): number => signal / noise

/**
 * Seconds of a transfer at this SINR, eqs. (9), (12), (14) and (16); `work` is its bits over the bandwidth, bit/Hz. A blocked
 * link takes `FOREVER`. Without a curve Shannon's rate holds.
 */
export function transferTime(work: number, sinr: number, rate?: RateCurve): number {
  if (work === 0) return 0
  const time = work / spectralEfficiency(rate, sinr)
  return Math.min(time, FOREVER)
}

/**
 * The least SINR at which a transfer takes no more than so many seconds, the inverse of `transferTime`: 0 where any will do,
 * Infinity where none does.
 */
export function sinrFor(work: number, seconds: number, rate?: RateCurve): number {
  // Times over links without gain are cut off: those links are not ruled out.
  if (work === 0 || !(seconds < FOREVER)) return 0
  if (seconds <= 0) return Number.POSITIVE_INFINITY
  return leastSinrFor(rate, work / seconds)
}
