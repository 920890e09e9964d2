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
    // A sum of 2m squared normals, turned so that what is known stands in one of them; the other 2m - 1 are fresh
    // only. Where 2m is not whole, the same noncentral chi-square law is the squared Bessel process, stationary too.
    age: (power, correlation, random) => {
      if (correlation === 1) return
      const freshPower = 1 - correlation * correlation
      const fresh = Math.sqrt(freshPower / (2 * m))
      for (let i = 0; i < power.length; i++) {
        const known = correlation * Math.sqrt(power[i]) + fresh * random.normal()
        const others = m > 0.5 ? random.gamma(m - 0.5, 1 / m) : 0
        power[i] = known * known + freshPower * others
      }
    },
  }),
})
