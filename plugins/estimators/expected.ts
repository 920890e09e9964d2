import { definePlugin, Type } from '../../core/plugin/index.js'
import { replaceGains } from './shared/each-gain.js'

export default definePlugin({
  kind: 'estimator',
  name: 'expected',
  summary:
    'the mean of the present given what was reported last, by the law of the fading: off by 1 − ρ⁴ of the mean squared under Rayleigh',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    estimate(present) {
      const { correlation, meanGain } = present
      for (const [client, known] of correlation.entries())
        if (known !== 1)
          replaceGains(present, client, (gain, link) => present.expected(gain, meanGain[link], known, link))
    },
  }),
})
