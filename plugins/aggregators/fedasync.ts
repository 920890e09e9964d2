import { definePlugin, Type } from '../../core/plugin/index.js'
import { stalenessFactor, stalenessOptions } from './shared/staleness.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'fedasync',
  summary: 'asynchronous: each update is mixed in as it arrives, the less the later (Xie et al., 2019)',
  options: Type.Object(
    {
      mixing: Type.Number({
        default: 0.6,
        exclusiveMinimum: 0,
        maximum: 1,
        description: 'share of an update that is not late, α',
      }),
      ...stalenessOptions(0.5),
    },
    { additionalProperties: false },
  ),
  create: ({ mixing, ...late }) => ({
    bufferSize: 1,
    aggregate(start, updates) {
      const next = start.slice()
      for (const { weights, staleness } of updates) {
        const share = mixing * stalenessFactor(staleness, late)
        for (let i = 0; i < next.length; i++) next[i] += share * (weights[i] - next[i])
      }
      return next
    },
  }),
})
