import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { umaClutter, umaSight } from './shared/line-of-sight.js'
import { propagationOf } from './shared/model.js'
import { commonOptions, obstructedOption, penetrationOptions } from './shared/options.js'
import { type LossGeometry, umaLosses } from './shared/path-loss.js'

export default definePlugin({
  kind: 'propagation',
  name: 'uma',
  summary: 'urban macro cells, servers above the roofs (3GPP TR 38.901, 7.4)',
  options: Type.Object(
    { ...commonOptions(3.5e9), ...obstructedOption, ...penetrationOptions },
    { additionalProperties: false },
  ),
  needs: { random: tokens.random },
  create: (options, { random }) =>
    propagationOf(
      {
        usualServerHeightM: 25,
        validity: { distanceM: [10, 5000], clientHeightM: [1.5, 22.5], serverHeightM: [25, 25] },
        losses: (at) => umaLosses(at, options.obstructed === 'optional'),
        sight: (distanceM, { clientHeightM }) => umaSight(distanceM, clientHeightM),
        shadowingDb: () =>
          options.obstructed === 'optional' ? { ...shadowingDb, obstructed: 7.8 } : shadowingDb,
        correlationM: {
          shadowing: { lineOfSight: 37, obstructed: 50, indoors: 7 },
          lineOfSight: 50,
          kFactor: 12,
        },
        kFactorDb: { mean: 9, deviation: 3.5 },
        depthM: 25,
        environmentHeight,
      },
      options,
      random,
    ),
})

const shadowingDb = { lineOfSight: 4, obstructed: 6, indoors: 7 }

/** 1 m, or else one of 12, 15, …, h_UT - 1.5 m (note 1 of Table 7.4.1-1). */
function environmentHeight({ d2, clientHeightM }: LossGeometry, first: number, second: number): number {
  const clutter = umaClutter(d2, clientHeightM)
  if (clutter === 0 || first < 1 / (1 + clutter)) return 1
  const steps = Math.floor((clientHeightM - 1.5 - 12) / 3)
  return steps < 0 ? 1 : 12 + 3 * Math.floor(second * (steps + 1))
}
