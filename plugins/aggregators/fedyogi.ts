import { definePlugin, Type } from '../../core/plugin/index.js'
import { adaptiveOptions, adaptiveServer, beta2 } from './shared/adaptive.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'fedyogi',
  summary: 'Yogi at the server on the mean change: the second moment changes slowly (Reddi et al., 2021)',
  options: Type.Object({ ...adaptiveOptions(0.9), beta2 }, { additionalProperties: false }),
  create: ({ beta2, ...options }) =>
    adaptiveServer(options, (moment, change) => {
      for (let i = 0; i < moment.length; i++) {
        const square = change[i] * change[i]
        moment[i] -= (1 - beta2) * square * Math.sign(moment[i] - square)
      }
    }),
})
