import { definePlugin, Type } from '../../core/plugin/index.js'
import { normalise } from './shared/normalisation.js'

export default definePlugin({
  kind: 'compute-time',
  name: 'lognormal',
  summary: 'lognormal factors: many small delays that multiply',
  options: Type.Object(
    {
      sigma: Type.Number({
        default: 0.5,
        minimum: 0,
        description: 'standard deviation of the natural logarithm of the factor',
      }),
      normalise,
    },
    { additionalProperties: false },
  ),
  create: ({ sigma, normalise }) => {
    const mu = normalise === 'mean' ? -(sigma ** 2) / 2 : 0
    return { factor: ({ random }) => random.lognormal(mu, sigma) }
  },
})
