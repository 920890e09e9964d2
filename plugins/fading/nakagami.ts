import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'fading',
  name: 'nakagami',
  summary: 'power is gamma with shape m and unit mean (Nakagami, 1960)',
  options: Type.Object(
    {
      m: Type.Number({ default: 2, minimum: 0.5, description: 'shape; 1 is Rayleigh, large is no fading' }),
    },
    { additionalProperties: false },
  ),
  create: ({ m }) => ({
    fill: (power, random) => {
      for (let i = 0; i < power.length; i++) power[i] = random.gamma(m, 1 / m)
    },
  }),
})
