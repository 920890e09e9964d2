import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { rmaSight } from './shared/line-of-sight.js'
import { propagationOf } from './shared/model.js'
import { commonOptions, penetrationOptions } from './shared/options.js'
import { rmaBreakpoint, rmaLosses } from './shared/path-loss.js'

export default definePlugin({
  kind: 'propagation',
  name: 'rma',
  summary: 'rural macro cells (3GPP TR 38.901, 7.4)',
  options: Type.Object(
    {
      ...commonOptions(0.7e9),
      buildingHeightM: Type.Number({
        default: 5,
        minimum: 5,
        maximum: 50,
        'x-unit': 'm',
        description: 'average height h of buildings, m',
      }),
      streetWidthM: Type.Number({
        default: 20,
        minimum: 5,
        maximum: 50,
        'x-unit': 'm',
        description: 'average width W of streets, m',
      }),
      ...penetrationOptions,
      highLossShare: { ...penetrationOptions.highLossShare, default: 0 },
    },
    { additionalProperties: false },
  ),
  needs: { random: tokens.random },
  create: (options, { random }) =>
    propagationOf(
      {
        usualServerHeightM: 35,
        validity: { distanceM: [10, 10_000], clientHeightM: [1, 10], serverHeightM: [10, 150] },
        highestHz: 30e9,
        losses: (at) => rmaLosses(at, options),
        sight: rmaSight,
        shadowingDb: (at) => ({
          lineOfSight: at.d2 <= rmaBreakpoint(at) ? 4 : 6,
          obstructed: 8,
          indoors: 8,
        }),
        correlationM: {
          shadowing: { lineOfSight: 37, obstructed: 120, indoors: 120 },
          lineOfSight: 60,
          kFactor: 40,
        },
        kFactorDb: { mean: 7, deviation: 4 },
        depthM: 10,
      },
      options,
      random,
    ),
})
