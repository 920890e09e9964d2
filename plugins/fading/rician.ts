import { definePlugin, type LinkState, Type } from '../../core/plugin/index.js'
import { ageScattered, fillScattered } from './shared/scattered.js'
import { meanCosine, vonMises } from './shared/von-mises.js'

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
        description:
          'power of the line of sight over that of the scattered paths, linear; 0 is Rayleigh; where the propagation tells ' +
          'which links are in sight and how strong they are, that holds',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ kFactor: given }) => {
    const kOf = (link?: LinkState): number => link?.kFactor ?? given
    return {
      kFactor: kOf,
      fill: (power, random, link) => {
        const k = kOf(link)
        if (k === 0) return fillScattered(power, random)
        const { direct, scattered } = partsOf(k)
        for (let i = 0; i < power.length; i++) {
          const inPhase = direct + scattered * random.normal()
          const quadrature = scattered * random.normal()
          power[i] = inPhase * inPhase + quadrature * quadrature
        }
      },
      // The line of sight stays, the scattered paths age. Given the power, the phase against the line of sight has the
      // von Mises law, so it is drawn, and the state is whole again.
      age: (power, correlation, random, link) => {
        const k = kOf(link)
        if (k === 0) return ageScattered(power, correlation, random)
        if (correlation === 1) return
        const { direct, scattered } = partsOf(k)
        const fresh = scattered * Math.sqrt(1 - correlation * correlation)
        for (let i = 0; i < power.length; i++) {
          const amplitude = Math.sqrt(power[i])
          const phase = vonMises((amplitude * direct) / (scattered * scattered), random)
          const inPhase =
            direct + correlation * (amplitude * Math.cos(phase) - direct) + fresh * random.normal()
          const quadrature = correlation * amplitude * Math.sin(phase) + fresh * random.normal()
          power[i] = inPhase * inPhase + quadrature * quadrature
        }
      },
      // The same without the draws: of the phase the mean cosine counts.
      expectedAfter: (power, correlation, link) => {
        const { direct, scattered } = partsOf(kOf(link))
        const amplitude = Math.sqrt(power)
        const along = amplitude * meanCosine((amplitude * direct) / (scattered * scattered))
        const stays = direct * (1 - correlation)
        const fresh = 2 * scattered * scattered * (1 - correlation * correlation)
        return stays * (stays + 2 * correlation * along) + correlation * correlation * power + fresh
      },
    }
  },
})

/** Amplitude of the line of sight, and standard deviation of each part of the scattered paths', of unit power together. */
const partsOf = (kFactor: number) => ({
  direct: Math.sqrt(kFactor / (kFactor + 1)),
  scattered: Math.sqrt(1 / (2 * (kFactor + 1))),
})
