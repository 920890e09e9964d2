import { definePlugin, Type } from '../../core/plugin/index.js'
import { forSortedValues } from './shared/sorted-values.js'
import { weightsOf } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'coordinate-median',
  summary: 'the median of every weight, whoever has how many samples (Yin et al., 2018)',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    aggregate(start, updates) {
      const next = new Float32Array(start.length)
      const middle = [Math.floor((updates.length - 1) / 2), Math.floor(updates.length / 2)] as const
      forSortedValues(weightsOf(updates), middle, ({ from, size, ranks }) => {
        const lower = ranks[middle[0]]
        const upper = ranks[middle[1]]
        for (let i = 0; i < size; i++)
          next[from + i] = lower[i] === upper[i] ? lower[i] : (lower[i] + upper[i]) / 2
      })
      return next
    },
  }),
})
