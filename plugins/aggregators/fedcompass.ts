import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { stalenessFactor, stalenessOptions } from './shared/staleness.js'
import { moved, weightedChange } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'fedcompass',
  summary:
    'asynchronous: changes by groups of clients, each with its share of the samples of all, late ones counting less (Li et al., 2024); for the protocol of that name',
  options: Type.Object({ ...stalenessOptions(0.5) }, { additionalProperties: false }),
  needs: { network: tokens.network },
  create(late, { network }) {
    const all = network.clientSamples.reduce((sum, samples) => sum + samples, 0)
    return {
      aggregate(start, updates) {
        const shares = updates.map(
          ({ samples, staleness }) => (stalenessFactor(staleness, late) * samples) / all,
        )
        return moved(start, weightedChange(start, updates, shares), 1)
      },
    }
  },
})
