import { definePlugin, Type } from '../../core/plugin/index.js'
import { adaptiveOptions, adaptiveServer } from './shared/adaptive.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'fedadagrad',
  summary: 'Adagrad at the server on the mean change: squares add up (Reddi et al., 2021)',
  options: Type.Object(adaptiveOptions(0), { additionalProperties: false }),
  create: (options) =>
    adaptiveServer(options, (moment, change) => {
      for (let i = 0; i < moment.length; i++) moment[i] += change[i] * change[i]
    }),
})
