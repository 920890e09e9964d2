import { definePlugin, Type } from '../../core/plugin/index.js'
import { ofMean } from './shared/running-sum.js'
import { sampleShares } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'fedavg',
  summary: 'the mean of the weights by samples, eqs. (3) and (4) (McMahan et al., 2017)',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ofMean(sampleShares),
})
