/** The 97.5 % quantile of Student's t by degrees of freedom, from 1. */
const quantiles = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26]

/** A mean and the half-width of its 95 % interval (Student's t); null where there is one value only. */
export interface Interval {
  readonly mean: number
  readonly halfWidth: number | null
}

/** The mean of a few independent values, such as one a training seed. */
export function intervalOf(values: readonly number[]): Interval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (values.length < 2) return { mean, halfWidth: null }
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  const quantile = quantiles[values.length - 2] ?? 2.26
  return { mean, halfWidth: quantile * Math.sqrt(variance / values.length) }
}
