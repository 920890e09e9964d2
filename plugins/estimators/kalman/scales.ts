import { powerCorrelation, powerVariance } from '../shared/power-correlation.js'

/** What gains are filtered on: how they deviate from what they are on average, and what fading and errors are of that. */
export interface Scale {
  /** How far a reported gain, above 0, is from what a link of this mean has on average. */
  deviation(gain: number, mean: number, errorDb: number, kFactor: number): number
  /** The gain that is so far from it. */
  gain(deviation: number, mean: number, kFactor: number): number
  /** Of the fading. */
  variance(kFactor: number): number
  /** Of fading whose scattered paths' amplitudes have correlation ρ. */
  correlation(amplitudes: number, kFactor: number): number
  /** Variance of an error of so many decibels. */
  noise(errorDb: number, kFactor: number): number
}

const NEPERS = Math.LN10 / 10

/** Powers over their mean, less 1: right in its second moments, whatever the law; what is small is drowned by errors of what is large. */
export const powers: Scale = {
  // An error that is normal in dB makes a gain too large on average.
  deviation: (gain, mean, errorDb) => gain / (mean * Math.exp((errorDb * NEPERS) ** 2 / 2)) - 1,
  gain: (deviation, mean) => mean * (1 + deviation),
  variance: powerVariance,
  correlation: powerCorrelation,
  noise: (errorDb, kFactor) => (1 + powerVariance(kFactor)) * Math.expm1((errorDb * NEPERS) ** 2),
}

/**
 * Decibels: errors are of one size whatever the gain.
 *
 * A power with a line of sight is a mixture over j, Poisson with mean K, of gamma powers of shape 1 + j, whose logarithms have mean ψ(1 + j) and variance ψ′(1 + j). Of
 * Rayleigh powers correlated by ρ², logarithms are by Li₂(ρ²) / ζ(2).
 */
export const decibels: Scale = {
  deviation: (gain, mean, _, kFactor) => (Math.log(gain / mean) - momentsOf(kFactor).mean) / NEPERS,
  gain: (deviation, mean, kFactor) => mean * Math.exp(deviation * NEPERS + momentsOf(kFactor).mean),
  variance: (kFactor) => momentsOf(kFactor).variance / NEPERS ** 2,
  correlation: (amplitudes, kFactor) => dilogarithm(powerCorrelation(amplitudes, kFactor)) / ZETA_2,
  noise: (errorDb) => errorDb * errorDb,
}

const ZETA_2 = Math.PI ** 2 / 6
const EULER = 0.5772156649015329

interface Moments {
  readonly mean: number
  readonly variance: number
}

const known = new Map<number, Moments>()

/** Of the natural logarithm of a power of unit mean with that K factor. */
function momentsOf(kFactor: number): Moments {
  const found = known.get(kFactor)
  if (found) return found
  const terms = Math.ceil(kFactor + 12 * Math.sqrt(kFactor) + 40)
  let weight = Math.exp(-kFactor)
  let [digamma, trigamma] = [-EULER, ZETA_2]
  let [mean, square] = [0, 0]
  for (let j = 0; j < terms; j++) {
    mean += weight * digamma
    square += weight * (trigamma + digamma * digamma)
    digamma += 1 / (1 + j)
    trigamma -= 1 / (1 + j) ** 2
    weight *= kFactor / (1 + j)
  }
  const moments = { mean: mean - Math.log1p(kFactor), variance: square - mean * mean }
  known.set(kFactor, moments)
  return moments
}

/** Li₂(x) = Σ xᵏ / k² for x from 0 to 1. */
function dilogarithm(x: number): number {
  // Its series converges fast where x is small; Euler's reflection takes the rest there.
  if (x > 0.5) return x >= 1 ? ZETA_2 : ZETA_2 - Math.log(x) * Math.log1p(-x) - dilogarithm(1 - x)
  let sum = 0
  let power = x
  for (let k = 1; k <= 60; k++) {
    sum += power / (k * k)
    power *= x
  }
  return sum
}
