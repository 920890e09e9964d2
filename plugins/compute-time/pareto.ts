import { definePlugin, power, Type } from '../../core/plugin/index.js'
import { normalise } from './shared/normalisation.js'

export default definePlugin({
  kind: 'compute-time',
  name: 'pareto',
  summary: 'Pareto factors: most clients are a little faster than the mean, a few very much slower',
  options: Type.Object(
    {
      shape: Type.Number({
        default: 2.5,
        exclusiveMinimum: 1,
        description:
          'tail exponent: the probability of a factor above x falls as x^-shape; variance is finite above 2',
      }),
      normalise,
    },
    { additionalProperties: false },
  ),
  create: ({ shape, normalise }) => {
    const smallest = normalise === 'mean' ? (shape - 1) / shape : power(2, -1 / shape)
    return { factor: ({ random }) => random.pareto(shape, smallest) }
  },
})
