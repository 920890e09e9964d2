import { definePlugin, type ModelUpdate, Type } from '../../core/plugin/index.js'
import { squaredDistances } from './shared/distances.js'
import { byScore, byzantine, krumScores, requireUpdates } from './shared/krum-scores.js'
import { forSortedValues } from './shared/sorted-values.js'
import { weightsOf } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'bulyan',
  summary:
    'krum chooses n - 2f updates, then every weight is the mean of the values nearest to their median (El Mhamdi et al., 2018)',
  options: Type.Object({ byzantine }, { additionalProperties: false }),
  create: ({ byzantine }) => ({
    leastUpdates: 4 * byzantine + 3,
    aggregate(start, updates) {
      requireUpdates('bulyan', updates, 4 * byzantine + 3, '4·byzantine + 3')
      const chosen = choose(updates, byzantine)
      const next = new Float32Array(start.length)
      const kept = chosen.length - 2 * byzantine
      const values = new Float64Array(chosen.length)
      forSortedValues(chosen, [0, chosen.length - 1], ({ from, size, ranks }) => {
        for (let i = 0; i < size; i++) {
          for (let rank = 0; rank < values.length; rank++) values[rank] = ranks[rank][i]
          next[from + i] = meanAroundMedian(values, kept)
        }
      })
      return next
    },
  }),
})

/** The weights that krum chooses n − 2f times, each time among those that remain. */
function choose(updates: readonly ModelUpdate[], poisoned: number): Float32Array[] {
  const distances = squaredDistances(weightsOf(updates))
  const chosen: Float32Array[] = []
  let remaining = updates.map((_, i) => i)
  while (chosen.length < updates.length - 2 * poisoned) {
    const scores = krumScores(distances, updates.length, remaining, poisoned)
    const [best] = byScore(remaining, scores, updates)
    chosen.push(updates[best].weights)
    remaining = remaining.filter((i) => i !== best)
  }
  return chosen
}

/** The mean of the values nearest to the median; `sorted` ascends, so they lie side by side. */
function meanAroundMedian(sorted: Float64Array, kept: number): number {
  const count = sorted.length
  const median = (sorted[(count - 1) >> 1] + sorted[count >> 1]) / 2
  let first = 0
  let last = count - 1
  while (last - first + 1 > kept) {
    // Of two as far the upper one goes.
    if (sorted[last] - median >= median - sorted[first]) last--
    else first++
  }
  let sum = 0
  for (let rank = first; rank <= last; rank++) sum += sorted[rank]
  return sum / kept
}
