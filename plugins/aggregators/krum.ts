import { definePlugin, Type } from '../../core/plugin/index.js'
import { squaredDistances } from './shared/distances.js'
import { byScore, byzantine, krumScores, leastForKrum, requireUpdates } from './shared/krum-scores.js'
import { weightsOf } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'krum',
  summary: 'the one update that is nearest to its n - f - 2 neighbours (Blanchard et al., 2017)',
  options: Type.Object({ byzantine }, { additionalProperties: false }),
  create: ({ byzantine }) => ({
    leastUpdates: leastForKrum(byzantine),
    aggregate(_, updates) {
      requireUpdates('krum', updates, leastForKrum(byzantine), '2·byzantine + 3')
      const all = updates.map((_, i) => i)
      const scores = krumScores(squaredDistances(weightsOf(updates)), updates.length, all, byzantine)
      return updates[byScore(all, scores, updates)[0]].weights.slice()
    },
  }),
})
