import { definePlugin, Type } from '../../core/plugin/index.js'
import { type Scheme, withLosses, withoutLosses } from './shared/goodput.js'

/** 3GPP TS 38.214, Table 5.2.2.1-2. */
const EFFICIENCIES = [
  0.1523, 0.2344, 0.377, 0.6016, 0.877, 1.1758, 1.4766, 1.9141, 2.4063, 2.7305, 3.3223, 3.9023, 4.5234,
  5.1152, 5.5547,
]

/** SINRs at which one block in ten is lost, dB: a convention among simulators, no part of the standard. */
const THRESHOLDS_DB = [-6.7, -4.7, -2.3, 0.2, 2.4, 4.3, 5.9, 8.1, 10.3, 11.7, 14.1, 16.3, 18.7, 21, 22.7]

export default definePlugin({
  kind: 'rate',
  name: 'cqi',
  summary: 'modulation and coding by channel quality indicator (3GPP TS 38.214, Table 5.2.2.1-2)',
  options: Type.Object(
    {
      thresholdsDb: Type.Array(Type.Number(), {
        default: THRESHOLDS_DB,
        minItems: EFFICIENCIES.length,
        maxItems: EFFICIENCIES.length,
        'x-unit': 'dB',
        description:
          'SINRs from which on each of the fifteen is used, ascending, dB; simulators differ by up to 5 dB',
      }),
      blockErrors: Type.Enum(['ignored', 'arq', 'chase'], {
        default: 'ignored',
        description:
          'ignored: all blocks arrive; expected goodput of the best scheme where they are lost and sent again, alone (arq) or ' +
          'added up (chase)',
      }),
      transmissions: Type.Integer({
        default: 4,
        minimum: 1,
        maximum: 16,
        description: 'of a block at most, the first included; where block errors count',
      }),
      slopePerDb: Type.Number({
        default: 3,
        exclusiveMinimum: 0,
        'x-unit': '1/dB',
        description:
          'how steeply block errors fall with the SINR, from 10 % at the threshold: of their logit, per dB',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ thresholdsDb, blockErrors, transmissions, slopePerDb }) => {
    const schemes = EFFICIENCIES.map(
      (efficiency, i): Scheme => ({ efficiency, thresholdDb: thresholdsDb[i] }),
    )
    const falling = thresholdsDb.findIndex((db, i) => i > 0 && !(db > thresholdsDb[i - 1]))
    if (falling > 0)
      throw new Error(
        `expected thresholdsDb that ascend, found ${thresholdsDb[falling]} after ${thresholdsDb[falling - 1]}`,
      )
    if (blockErrors === 'ignored') return withoutLosses(schemes)
    return withLosses(schemes, { combining: blockErrors, transmissions, slopePerDb })
  },
})
