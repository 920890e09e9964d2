import { definePlugin, Type, UserError } from '../../core/plugin/index.js'
import { squaredDistances } from './shared/distances.js'
import { byScore, byzantine, krumScores, leastForKrum, requireUpdates } from './shared/krum-scores.js'
import { equalShares, weightedSum, weightsOf } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'multi-krum',
  summary: "the mean of the updates with krum's lowest scores (Blanchard et al., 2017)",
  options: Type.Object(
    {
      byzantine,
      selected: Type.Optional(
        Type.Integer({ minimum: 1, description: 'how many are averaged, m; all but f where left out' }),
      ),
    },
    { additionalProperties: false },
  ),
  create: ({ byzantine, selected }) => ({
    leastUpdates: Math.max(leastForKrum(byzantine), (selected ?? 0) + byzantine),
    aggregate(_, updates) {
      requireUpdates('multi-krum', updates, leastForKrum(byzantine), '2·byzantine + 3')
      const most = updates.length - byzantine
      if (selected !== undefined && selected > most) {
        const found = `found selected ${selected} of ${updates.length} updates`
        throw new UserError(
          `aggregator "multi-krum": expected at most n - byzantine = ${most} to average, ${found}`,
        )
      }
      const all = updates.map((_, i) => i)
      const weights = weightsOf(updates)
      const scores = krumScores(squaredDistances(weights), updates.length, all, byzantine)
      const chosen = byScore(all, scores, updates).slice(0, selected ?? most)
      // Sums depend on their order in the last digit; the contributors' is everyone's.
      chosen.sort((a, b) => updates[a].contributor - updates[b].contributor)
      return weightedSum(
        chosen.map((i) => weights[i]),
        equalShares(chosen),
      )
    },
  }),
})
