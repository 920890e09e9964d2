import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'fading',
  name: 'rayleigh',
  summary: 'no line of sight: power is exponential with unit mean (Table I)',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    fill: (power, random) => {
      for (let i = 0; i < power.length; i++) power[i] = random.exponential()
    },
  }),
})
