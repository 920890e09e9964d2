import { definePlugin, fromDecibels, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'rate',
  name: 'shannon',
  summary: 'log2(1 + SINR / gap) bit/s/Hz, without a gap eqs. (9) and (14) (Shannon, 1949)',
  options: Type.Object(
    {
      gapDb: Type.Number({
        default: 0,
        minimum: 0,
        'x-unit': 'dB',
        description: 'by how much codes that can be built fall short of the limit, dB; 0: as in the paper',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ gapDb }) => ({
    form: 'truncated',
    attenuation: 1,
    gap: fromDecibels(gapDb),
    minimumSinr: 0,
    maximumEfficiency: Number.POSITIVE_INFINITY,
  }),
})
