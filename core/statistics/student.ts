import { type Estimate, mean, standardDeviation } from './descriptive.js'
import { studentQuantile, studentTails } from './tail-probabilities.js'

// What a few independent values, such as one a seed, say of what they are drawn from: Student's t, which knows that a
// few values tell little of their own spread. Bootstrap percentiles of five values cover 83-85 % where they say 95 %.

type Numbers = ArrayLike<number>

/** An estimate with its interval, NaN where there is none, and a test of whether it is what it would be by chance. */
export interface TestedEstimate extends Estimate {
  /** Two-sided; NaN where there is no test. */
  readonly p: number
}

/**
 * Geometric mean of independent ratios; its interval and its test against 1 by Student's t of their logarithms.
 *
 * Ratios of two positive figures of one seed are as often half as twice what they usually are: their logarithms are
 * what is spread evenly. One ratio has no interval, and ratios that are 0 or infinite have none either.
 */
export function geometricMean(ratios: Numbers, confidence = 0.95): TestedEstimate {
  const logarithms = Float64Array.from(ratios, Math.log)
  const { value, low, high, p } = studentMean(logarithms, confidence)
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high), p }
}

/** Mean of independent values; its interval and its test against 0 by Student's t (1908). One value has neither. */
export function studentMean(values: Numbers, confidence = 0.95): TestedEstimate {
  const value = mean(values)
  const n = values.length
  if (n < 2 || !Number.isFinite(value)) return untested(value)
  const error = standardDeviation(values) / Math.sqrt(n)
  const half = error === 0 ? 0 : error * studentQuantile(1 - confidence, n - 1)
  return { value, low: value - half, high: value + half, p: tails(value, error, n) }
}

/**
 * Ratio of the means of pairs of figures that are not negative: the interval of Fieller (1954), paired.
 *
 * It holds every ratio ρ for which Student's t finds values - ρ · references no further from 0 than chance would take
 * them, and so 1 wherever the test, that of ratio 1 and so of the differences, finds no difference. Takes figures that
 * can be 0, such as counts; it has no upper end where the references' mean may itself be 0, and begins at 0 where the
 * values' may.
 *
 * @throws RangeError where the arrays differ in length.
 */
export function ratioOfMeans(values: Numbers, references: Numbers, confidence = 0.95): TestedEstimate {
  const n = values.length
  if (references.length !== n) throw new RangeError(`${n} values, but ${references.length} references`)
  const [a, b] = [mean(values), mean(references)]
  const value = a / b
  if (n < 2 || !Number.isFinite(a) || !Number.isFinite(b) || Number.isNaN(value)) return untested(value)
  const quantile = studentQuantile(1 - confidence, n - 1) ** 2 / n
  const covariance = (x: Numbers, y: Numbers, mx: number, my: number) =>
    Array.from(x, (own, i) => (own - mx) * (y[i] - my)).reduce((sum, each) => sum + each, 0) / (n - 1)
  // (a - ρ b)² ≤ t² (var a - 2ρ cov + ρ² var b) / n, a parabola in ρ.
  const square = b * b - quantile * covariance(references, references, b, b)
  const middle = a * b - quantile * covariance(values, references, a, b)
  const free = a * a - quantile * covariance(values, values, a, a)
  const differences = Float64Array.from(values, (own, i) => own - references[i])
  const p = tails(a - b, standardDeviation(differences) / Math.sqrt(n), n)
  const root = Math.sqrt(Math.max(0, middle * middle - square * free))
  return {
    value,
    // Where the parabola opens downwards, what lies beyond its one positive root: the same expression.
    low: free <= 0 ? 0 : free / (middle + root),
    high: square <= 0 ? Number.POSITIVE_INFINITY : (middle + root) / square,
    p,
  }
}

/** Two-sided p of a mean with this standard error. */
function tails(value: number, error: number, n: number): number {
  if (error === 0) return value === 0 ? 1 : 0
  return studentTails(value / error, n - 1)
}

const untested = (value: number): TestedEstimate => ({
  value,
  low: Number.NaN,
  high: Number.NaN,
  p: Number.NaN,
})
