import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'fading',
  name: 'rician',
  summary:
    'a line of sight among scattered paths: power is noncentral chi-square with unit mean (Rice, 1945)',
  options: Type.Object(
    {
      kFactor: Type.Number({
        default: 3,
        minimum: 0,
        description: 'power of the line of sight over that of the scattered paths, linear; 0 is Rayleigh',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ kFactor }) => {
    const direct = Math.sqrt(kFactor / (kFactor + 1))
    const scattered = Math.sqrt(1 / (2 * (kFactor + 1)))
    return {
      fill: (power, random) => {
        for (let i = 0; i < power.length; i++) {
          const inPhase = direct + scattered * random.normal()
          const quadrature = scattered * random.normal()
          power[i] = inPhase * inPhase + quadrature * quadrature
        }
      },
    }
  },
})
