import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'fading',
  name: 'rayleigh',
  summary: 'no line of sight: power is exponential with unit mean (Table I)',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    kFactor: () => 0,
    fill: (power, random) => {
      for (let i = 0; i < power.length; i++) power[i] = random.exponential()
    },
    // The phase is uniform whatever the power, so it may as well be 0.
    age: (power, correlation, random) => {
      if (correlation === 1) return
      const fresh = Math.sqrt((1 - correlation * correlation) / 2)
      for (let i = 0; i < power.length; i++) {
        const inPhase = correlation * Math.sqrt(power[i]) + fresh * random.normal()
        const quadrature = fresh * random.normal()
        power[i] = inPhase * inPhase + quadrature * quadrature
      }
    },
  }),
})
