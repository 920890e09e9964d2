import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'estimator',
  name: 'hold',
  summary:
    'takes what was reported last for the present: off by 2(1 − ρ²) of the mean squared under Rayleigh fading',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({ estimate: () => {} }),
})
