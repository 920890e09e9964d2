import { definePlugin, power, Type, tokens } from '../../core/plugin/index.js'
import { replaceGains } from './shared/each-gain.js'
import { coefficientOption } from './shared/options.js'
import { powerCorrelation } from './shared/power-correlation.js'

export default definePlugin({
  kind: 'estimator',
  name: 'ar1',
  summary:
    'first-order autoregression about the mean: mean + a (reported − mean), off by (1 − a²) of the fading’s variance (Box & Jenkins, 1970)',
  options: Type.Object({ coefficient: coefficientOption }, { additionalProperties: false }),
  needs: { network: tokens.network },
  create({ coefficient }, { network }) {
    const heard = new Int32Array(network.clients)
    return {
      hear({ client, round }) {
        heard[client] = round
      },
      estimate(present) {
        const { correlation, meanGain, round } = present
        for (const [client, known] of correlation.entries()) {
          const age = round - heard[client]
          if (coefficient === null ? known === 1 : age === 0) continue
          replaceGains(present, client, (gain, link) => {
            const a =
              coefficient === null ? powerCorrelation(known, present.kFactor(link)) : power(coefficient, age)
            return meanGain[link] + a * (gain - meanGain[link])
          })
        }
      },
      save: () => ({ arrays: { heard: heard.slice() }, values: {} }),
      restore: ({ arrays }) => heard.set(arrays.heard),
    }
  },
})
