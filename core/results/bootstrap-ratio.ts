import type { RandomStream } from '../kernel/random.js'
import { type BootstrapOptions, type Estimate, quantile } from './statistics.js'

/**
 * A statistic of the values over the same of the references, paired, with its bootstrap percentile interval.
 *
 * For statistics that are no means, which `comparePaired` is quicker for; resampled in the same way, clusters first.
 * Fewer than two pairs give an interval of no width.
 *
 * @throws RangeError where the arrays differ in length.
 */
export function bootstrapRatio(
  values: readonly number[],
  references: readonly number[],
  statistic: (values: Float64Array) => number,
  random: RandomStream,
  { resamples = 1000, confidence = 0.95, clusters }: BootstrapOptions = {},
): Estimate {
  const count = values.length
  if (references.length !== count || (clusters && clusters.length !== count))
    throw new RangeError(`${count} values, ${references.length} references, ${clusters?.length} clusters`)
  const value = statistic(Float64Array.from(values)) / statistic(Float64Array.from(references))
  if (count < 2 || Number.isNaN(value)) return { value, low: value, high: value }
  const members = new Map<number, number[]>()
  for (let i = 0; i < count; i++) {
    const cluster = clusters ? clusters[i] : 0
    const own = members.get(cluster)
    if (own) own.push(i)
    else members.set(cluster, [i])
  }
  const groups = [...members.values()]
  const drawn = new Float64Array(resamples)
  for (let b = 0; b < resamples; b++) {
    const picked: number[] = []
    for (let c = 0; c < groups.length; c++) {
      const group = groups[groups.length === 1 ? 0 : Math.floor(random.next() * groups.length)]
      for (let i = 0; i < group.length; i++) picked.push(group[Math.floor(random.next() * group.length)])
    }
    drawn[b] =
      statistic(Float64Array.from(picked, (i) => values[i])) /
      statistic(Float64Array.from(picked, (i) => references[i]))
  }
  const ascending = drawn.filter((ratio) => !Number.isNaN(ratio)).sort()
  const tail = (1 - confidence) / 2
  return { value, low: quantile(ascending, tail), high: quantile(ascending, 1 - tail) }
}
