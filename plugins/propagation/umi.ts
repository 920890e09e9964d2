import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { umiSight } from './shared/line-of-sight.js'
import { propagationOf } from './shared/model.js'
import { commonOptions, obstructedOption, penetrationOptions } from './shared/options.js'
import { umiLosses } from './shared/path-loss.js'

export default definePlugin({
  kind: 'propagation',
  name: 'umi',
  summary: 'urban micro cells, street canyon, servers below the roofs (3GPP TR 38.901, 7.4)',
  options: Type.Object(
    { ...commonOptions(3.5e9), ...obstructedOption, ...penetrationOptions },
    { additionalProperties: false },
  ),
  needs: { random: tokens.random },
  create: (options, { random }) =>
    propagationOf(
      {
        usualServerHeightM: 10,
        validity: { distanceM: [10, 5000], clientHeightM: [1.5, 22.5], serverHeightM: [10, 10] },
        losses: (at) => umiLosses(at, options.obstructed === 'optional'),
        sight: umiSight,
        shadowingDb: () =>
          options.obstructed === 'optional' ? { ...shadowingDb, obstructed: 8.2 } : shadowingDb,
        correlationM: {
          shadowing: { lineOfSight: 10, obstructed: 13, indoors: 7 },
          lineOfSight: 50,
          kFactor: 15,
        },
        kFactorDb: { mean: 9, deviation: 5 },
        depthM: 25,
      },
      options,
      random,
    ),
})

const shadowingDb = { lineOfSight: 4, obstructed: 7.82, indoors: 7 }
