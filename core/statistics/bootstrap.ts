import type { RandomStream } from '../kernel/random-stream.js'
import { type BootstrapOptions, type Estimate, quantile } from './descriptive.js'

type Numbers = ArrayLike<number>

/**
 * A statistic of the values over the same of the references, paired, with its bootstrap percentile interval.
 *
 * For statistics that are no means, which `comparePaired` is quicker for; resampled in the same way. Pairs are taken
 * for independent: it is for many, of which percentiles cover what they say. Fewer than two give an interval of no width.
 *
 * @throws RangeError where the arrays differ in length.
 */
export function bootstrapRatio(
  values: Numbers,
  references: Numbers,
  statistic: (values: Float64Array) => number,
  random: RandomStream,
  { resamples = 1000, confidence = 0.95 }: BootstrapOptions = {},
): Estimate {
  const count = values.length
  if (references.length !== count)
    throw new RangeError(`${count} values, but ${references.length} references`)
  const value = statistic(Float64Array.from(values)) / statistic(Float64Array.from(references))
  if (count < 2 || Number.isNaN(value)) return { value, low: value, high: value }
  const drawn = new Float64Array(resamples)
  for (let b = 0; b < resamples; b++) {
    const picked = Int32Array.from({ length: count }, () => Math.floor(random.next() * count))
    drawn[b] =
      statistic(Float64Array.from(picked, (i) => values[i])) /
      statistic(Float64Array.from(picked, (i) => references[i]))
  }
  const ascending = drawn.filter((ratio) => !Number.isNaN(ratio)).sort()
  const tail = (1 - confidence) / 2
  return { value, low: quantile(ascending, tail), high: quantile(ascending, 1 - tail) }
}
