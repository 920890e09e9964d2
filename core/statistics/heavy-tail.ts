import { type Estimate, mean, sorted } from './descriptive.js'

/** Of the values of a figure, a share so large of the sum of all is a few rounds' work. */
const MOST_OF_FEW = { mean: 0.2, std: 0.5 } as const
/** Times as much as an even share: of twenty values one may well make a third of the sum. */
const TIMES_EVEN = 10
/** Fewer values have no tail to speak of. */
const LEAST_FOR_INDEX = 50

/**
 * Why the mean of these values, or their standard deviation, is no figure to judge by; undefined where it is one.
 *
 * Values that are infinite; or a sum of which the largest hundredth of the values make more than a fifth (of squared
 * deviations: half), so that the next ones will change it. Where their tail has an index (Hill, 1975, of the √n largest)
 * of at most 1, there is no finite expectation for a mean to come near: so it is where a rate can be as near to 0 as it likes.
 */
export function doubtOf(statistic: 'mean' | 'std', values: ArrayLike<number>): string | undefined {
  const infinite = Array.from(values).filter((value) => Math.abs(value) === Number.POSITIVE_INFINITY).length
  if (infinite > 0) return `${infinite} of ${values.length} values are infinite`
  const centre = statistic === 'mean' ? 0 : mean(values)
  const parts = sorted(
    Float64Array.from(values, (value) => (statistic === 'mean' ? value : (value - centre) ** 2)),
  )
  const few = Math.max(1, Math.ceil(parts.length / 100))
  const share = sum(parts.subarray(parts.length - few)) / sum(parts)
  if (share <= Math.max(MOST_OF_FEW[statistic], (TIMES_EVEN * few) / parts.length)) return undefined
  const index = tailIndex(parts)
  const made = `the largest ${few} of ${parts.length} make ${(100 * share).toFixed(0)} % of it`
  return index > 1
    ? made
    : `${made}, and as far as they tell there is no finite expectation (tail index ${index.toFixed(2)})`
}

/** A ratio or difference of the means of these without its interval where one is in doubt: that would say what is not known. */
export const unlessDoubtful = (
  { value, low, high }: Estimate,
  ...samples: readonly ArrayLike<number>[]
): Estimate =>
  samples.some((values) => doubtOf('mean', values) !== undefined)
    ? { value, low: Number.NaN, high: Number.NaN }
    : { value, low, high }

/** Index α of a tail P(X > x) ~ x^-α, of ascending values, by the √n largest (Hill, 1975); ∞ of too few. */
export function tailIndex(ascending: Float64Array): number {
  if (ascending.length < LEAST_FOR_INDEX) return Number.POSITIVE_INFINITY
  const count = Math.floor(Math.sqrt(ascending.length))
  const from = ascending[ascending.length - 1 - count]
  if (!(from > 0)) return Number.POSITIVE_INFINITY
  const logarithms = ascending.subarray(ascending.length - count).map((value) => Math.log(value / from))
  return count / sum(logarithms)
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
