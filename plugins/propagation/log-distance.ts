import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'propagation',
  name: 'log-distance',
  summary: 'intercept + slope·log10(d) dB as in Table I, with optional log-normal shadowing',
  options: Type.Object(
    {
      interceptDb: Type.Number({ default: 35.3, description: 'path loss at 1 m, dB' }),
      slopeDb: Type.Number({
        default: 37.6,
        minimum: 0,
        description: 'path loss per decade of distance, dB',
      }),
      shadowingDb: Type.Number({
        default: 0,
        minimum: 0,
        description: 'standard deviation of log-normal shadowing, dB; drawn anew with the positions',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ interceptDb, slopeDb, shadowingDb }) => ({
    meanGain: ({ distanceM, random }) => {
      const shadowing = shadowingDb === 0 ? 0 : random.normal(0, shadowingDb)
      return 10 ** (-(interceptDb + slopeDb * Math.log10(distanceM) + shadowing) / 10)
    },
  }),
})
