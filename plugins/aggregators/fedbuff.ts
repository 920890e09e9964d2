import { definePlugin, Type } from '../../core/plugin/index.js'
import { stalenessFactor, stalenessOptions } from './shared/staleness.js'
import { moved, weightedChange } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'fedbuff',
  summary:
    'asynchronous: changes are averaged a buffer at a time, late ones counting less (Nguyen et al., 2022)',
  options: Type.Object(
    {
      bufferSize: Type.Integer({
        default: 10,
        minimum: 1,
        maximum: 100_000,
        description: 'updates waited for, K',
      }),
      learningRate: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'of the server, η_g' }),
      ...stalenessOptions(0.5),
    },
    { additionalProperties: false },
  ),
  create: ({ bufferSize, learningRate, ...late }) => ({
    bufferSize,
    aggregate(start, updates) {
      const shares = updates.map((update) => stalenessFactor(update.staleness, late) / updates.length)
      return moved(start, weightedChange(start, updates, shares), learningRate)
    },
  }),
})
