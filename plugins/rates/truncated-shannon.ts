import { definePlugin, fromDecibels, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'rate',
  name: 'truncated-shannon',
  summary:
    'a share of the Shannon bound between a least SINR and a largest efficiency (3GPP TR 36.942, A.2; ITU-R M.2101)',
  options: Type.Object(
    {
      attenuation: Type.Number({
        default: 0.6,
        exclusiveMinimum: 0,
        maximum: 1,
        description: 'share α of the bound; usual are 0.6 for downlinks and 0.4 for uplinks',
      }),
      minimumSinrDb: Type.Number({
        default: -10,
        minimum: -200,
        maximum: 200,
        'x-unit': 'dB',
        description: 'below it nothing gets across, dB',
      }),
      maximumEfficiency: Type.Number({
        default: 4.4,
        exclusiveMinimum: 0,
        'x-unit': 'bit/s/Hz',
        description:
          'the most that gets across, bit/s/Hz: 4.4 is reached at 22 dB; usual for uplinks is 2.0, at 15 dB',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ attenuation, minimumSinrDb, maximumEfficiency }) => ({
    form: 'truncated',
    attenuation,
    gap: 1,
    minimumSinr: fromDecibels(minimumSinrDb),
    maximumEfficiency,
  }),
})
