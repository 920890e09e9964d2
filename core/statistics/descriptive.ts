import type { RandomStream } from '../kernel/random-stream.js'

type Numbers = ArrayLike<number>

/** Arithmetic mean; NaN of nothing, infinite where a value is (NaN where values of both signs are). */
export function mean(values: Numbers): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum / values.length
}

/** Standard deviation of a sample (divided by n - 1); NaN for fewer than two values or infinite ones. */
export function standardDeviation(values: Numbers): number {
  if (values.length < 2) return Number.NaN
  const centre = mean(values)
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i] - centre) ** 2
  return Math.sqrt(squares / (values.length - 1))
}

/** The values in ascending order, NaN last. */
export const sorted = (values: Numbers): Float64Array => Float64Array.from(values).sort()

/**
 * Quantile of ascending values, 0 ≤ p ≤ 1: type 7 of Hyndman and Fan (1996), linear between order statistics.
 *
 * NaN of nothing or where one of the values is NaN.
 */
export function quantile(ascending: Numbers, p: number): number {
  const last = ascending.length - 1
  if (last < 0 || Number.isNaN(ascending[last])) return Number.NaN
  const position = p * last
  const below = Math.floor(position)
  const low = ascending[below]
  const high = ascending[Math.min(below + 1, last)]
  // Between equal values, and at one of them, there is nothing to interpolate: with ∞ it would give NaN.
  if (position === below || low === high) return low
  return low + (position - below) * (high - low)
}

/** A figure over rounds. */
export interface Distribution {
  readonly mean: number
  readonly std: number
  readonly q10: number
  readonly median: number
  readonly q90: number
}

/** Mean, standard deviation, 10 % quantile, median and 90 % quantile. */
export function distribution(values: Numbers): Distribution {
  const ascending = sorted(values)
  return {
    mean: mean(values),
    std: standardDeviation(values),
    q10: quantile(ascending, 0.1),
    median: quantile(ascending, 0.5),
    q90: quantile(ascending, 0.9),
  }
}

/** Empirical distribution function: a share `probability[i]` of the values is at most `value[i]`. */
export interface Ecdf {
  /** Ascending, each value once. */
  readonly value: Float64Array
  readonly probability: Float64Array
}

/** The empirical distribution function of the values; NaN is refused with a `RangeError`. */
export function ecdf(values: Numbers): Ecdf {
  const ascending = sorted(values)
  if (Number.isNaN(ascending.at(-1))) throw new RangeError('NaN has no place in a distribution')
  const steps = ascending.filter((value, i) => value !== ascending[i + 1])
  const probability = new Float64Array(steps.length)
  let step = 0
  for (let i = 0; i < ascending.length; i++) {
    if (ascending[i] !== ascending[i + 1]) probability[step++] = (i + 1) / ascending.length
  }
  return { value: steps, probability }
}

/** An estimate with its confidence interval. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** How one scheduler compares with another over the rounds that both took part in. */
export interface PairedComparison {
  readonly rounds: number
  /** Mean of (value - reference). */
  readonly difference: Estimate
  /** Mean value over mean reference. */
  readonly ratio: Estimate
}

export interface BootstrapOptions {
  readonly resamples?: number
  readonly confidence?: number
}

/** Rounds that are resampled one by one; of more, groups of consecutive rounds are. */
const MOST_GROUPS = 10_000

/**
 * Compares values with the reference of the same round, with bootstrap percentile intervals (Efron, 1979).
 *
 * Rounds are drawn with replacement, both values of a round together, so that what a round does to both cancels; they
 * are taken for independent. Of more than 10,000 rounds, groups of consecutive ones are drawn, which bounds the work and
 * leaves the interval as it is. The same random stream gives the same intervals. A single round gives intervals of no
 * width; a round that is infinite in both has no difference, which makes that estimate NaN.
 *
 * @throws RangeError where the arrays differ in length.
 */
export function comparePaired(
  values: Numbers,
  reference: Numbers,
  random: RandomStream,
  { resamples = 2000, confidence = 0.95 }: BootstrapOptions = {},
): PairedComparison {
  const rounds = values.length
  if (reference.length !== rounds)
    throw new RangeError(`${rounds} values, but ${reference.length} references`)
  const size = Math.max(1, Math.ceil(rounds / MOST_GROUPS))
  const sizes = groupSums(rounds, size, () => 1)
  const differences = groupSums(rounds, size, (round) => values[round] - reference[round])
  const valueSums = groupSums(rounds, size, (round) => values[round])
  const referenceSums = groupSums(rounds, size, (round) => reference[round])

  const resampledDifference = new Float64Array(resamples)
  const resampledRatio = new Float64Array(resamples)
  for (let b = 0; b < resamples; b++) {
    let drawn = 0
    let difference = 0
    let valueSum = 0
    let referenceSum = 0
    for (let i = 0; i < sizes.length; i++) {
      const group = Math.floor(random.next() * sizes.length)
      drawn += sizes[group]
      difference += differences[group]
      valueSum += valueSums[group]
      referenceSum += referenceSums[group]
    }
    resampledDifference[b] = difference / drawn
    resampledRatio[b] = valueSum / referenceSum
  }
  return {
    rounds,
    difference: estimate(sum(differences) / rounds, resampledDifference, confidence),
    ratio: estimate(sum(valueSums) / sum(referenceSums), resampledRatio, confidence),
  }
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)

/** Sums of a round's figure over groups of so many consecutive rounds; the last group may be smaller. */
function groupSums(rounds: number, size: number, figure: (round: number) => number): Float64Array {
  const sums = new Float64Array(Math.ceil(rounds / size))
  for (let round = 0; round < rounds; round++) sums[Math.floor(round / size)] += figure(round)
  return sums
}

/** An estimate with the percentile interval of its resamples. */
function estimate(value: number, resamples: Float64Array, confidence: number): Estimate {
  if (Number.isNaN(value)) return { value, low: value, high: value }
  const tail = (1 - confidence) / 2
  const ascending = resamples.sort()
  return { value, low: quantile(ascending, tail), high: quantile(ascending, 1 - tail) }
}
