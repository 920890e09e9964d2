import { definePlugin, Type } from '../../core/plugin/index.js'
import { forSortedValues } from './shared/sorted-values.js'
import { weightsOf } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'trimmed-mean',
  summary: 'the mean of every weight without a share of its smallest and largest values (Yin et al., 2018)',
  options: Type.Object(
    {
      trim: Type.Number({
        default: 0.2,
        minimum: 0,
        exclusiveMaximum: 0.5,
        description: 'share of the values left out at either end, β, rounded up to whole ones',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ trim }) => ({
    aggregate(start, updates) {
      const next = new Float32Array(start.length)
      const count = updates.length
      // The rounding of trim·count itself must not cost one more, and one value at least is kept.
      const left = Math.min(Math.ceil(trim * count - 1e-9), Math.floor((count - 1) / 2))
      const last = count - 1 - left
      forSortedValues(weightsOf(updates), [left, last], ({ from, size, ranks }) => {
        const sum = new Float64Array(size)
        for (let rank = left; rank <= last; rank++) add(sum, ranks[rank], size)
        for (let i = 0; i < size; i++) next[from + i] = sum[i] / (last - left + 1)
      })
      return next
    },
  }),
})

function add(sum: Float64Array, values: Float32Array, size: number): void {
  for (let i = 0; i < size; i++) sum[i] += values[i]
}
