import { definePlugin, Type } from '../../core/plugin/index.js'
import { ofMean } from './shared/running-sum.js'
import { sampleShares } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'fedprox',
  summary: 'fedavg, and μ/2·‖w − w₀‖² holds local training near its start (Li et al., 2020)',
  options: Type.Object(
    {
      mu: Type.Number({
        default: 0.01,
        minimum: 0,
        description: 'weight of the proximal term, μ; 0 is fedavg',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ mu }) => ({
    ...ofMean(sampleShares),
    correct(gradient, weights, { start }) {
      for (let i = 0; i < gradient.length; i++) gradient[i] += mu * (weights[i] - start[i])
    },
  }),
})
