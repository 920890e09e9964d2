import { studentMean } from '../../core/statistics/student.js'

/** A mean and the half-width of its 95 % interval (Student's t); null where there is one value only. */
export interface Interval {
  readonly mean: number
  readonly halfWidth: number | null
}

/** The mean of a few independent values, such as one a training seed. */
export function intervalOf(values: readonly number[]): Interval {
  const { value, high } = studentMean(values)
  return { mean: value, halfWidth: values.length < 2 ? null : high - value }
}
