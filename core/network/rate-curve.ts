import { log2OnePlus } from './rate.js'

/**
 * Spectral efficiency by SINR, never falling: data, so that the compiled evaluator and its bounds can hold it.
 *
 * `truncated`: η = α log2(1 + γ / Γ), nothing below a least SINR and no more than a limit. `table`: η is that of the last
 * threshold that γ reaches, nothing below the first. SINRs are linear, efficiencies in bit/s/Hz.
 */
export type RateCurve = TruncatedShannon | RateTable

/** Shannon's efficiency, scaled, from a least SINR on and up to a limit. */
export interface TruncatedShannon {
  readonly form: 'truncated'
  /** α */
  readonly attenuation: number
  /** Γ, by how much a SINR counts for less, at least 1 for codes that can be built. */
  readonly gap: number
  readonly minimumSinr: number
  /** Infinity where there is no limit. */
  readonly maximumEfficiency: number
}

/** Efficiencies that hold from thresholds on. */
export interface RateTable {
  readonly form: 'table'
  /** Ascending. */
  readonly sinr: Float64Array
  /** Not falling, of the same length. */
  readonly efficiency: Float64Array
}

/** bit/s/Hz at a SINR; without a curve Shannon's, log2(1 + SINR), as in eqs. (9) and (14). */
export function spectralEfficiency(curve: RateCurve | undefined, sinr: number): number {
  if (curve === undefined) return log2OnePlus(sinr)
  if (curve.form === 'table') return stepOf(curve, sinr)
  const { attenuation, gap, minimumSinr, maximumEfficiency } = curve
  if (!(sinr >= minimumSinr)) return 0
  return Math.min(attenuation * log2OnePlus(sinr * (1 / gap)), maximumEfficiency)
}

function stepOf({ sinr: thresholds, efficiency }: RateTable, sinr: number): number {
  let low = 0
  let high = thresholds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (thresholds[middle] <= sinr) low = middle + 1
    else high = middle
  }
  return low === 0 ? 0 : efficiency[low - 1]
}

/**
 * The least SINR at which so many bit/s/Hz get across, above 0, the generalised inverse of `spectralEfficiency`; Infinity where
 * no SINR is enough.
 */
export function leastSinrFor(curve: RateCurve | undefined, efficiency: number): number {
  if (curve === undefined) return Math.expm1(Math.LN2 * efficiency)
  if (curve.form === 'table') {
    const step = curve.efficiency.findIndex((each) => each >= efficiency)
    return step < 0 ? Number.POSITIVE_INFINITY : curve.sinr[step]
  }
  const { attenuation, gap, minimumSinr, maximumEfficiency } = curve
  if (efficiency > maximumEfficiency) return Number.POSITIVE_INFINITY
  return Math.max(minimumSinr, gap * Math.expm1((Math.LN2 * efficiency) / attenuation))
}

/** The curve, or undefined where it is Shannon's own: then nothing need be looked up. */
export function asShannon(curve: RateCurve): RateCurve | undefined {
  if (curve.form === 'table') return curve
  const { attenuation, gap, minimumSinr, maximumEfficiency } = curve
  const plain = attenuation === 1 && gap === 1 && minimumSinr === 0 && maximumEfficiency === Infinity
  return plain ? undefined : curve
}
