import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { inhSight } from './shared/line-of-sight.js'
import { propagationOf } from './shared/model.js'
import { commonOptions, obstructedOption } from './shared/options.js'
import { inhLosses } from './shared/path-loss.js'

export default definePlugin({
  kind: 'propagation',
  name: 'inh',
  summary: 'indoor hotspots in offices, mixed or open (3GPP TR 38.901, 7.4)',
  options: Type.Object(
    {
      ...commonOptions(3.5e9),
      office: Type.Enum(['mixed', 'open'], {
        default: 'mixed',
        description: 'mixed: rooms and corridors; open: a hall with desks',
      }),
      ...obstructedOption,
    },
    { additionalProperties: false },
  ),
  needs: { random: tokens.random },
  create: (options, { random }) =>
    propagationOf(
      {
        usualServerHeightM: 3,
        validity: { distanceM: [1, 150] },
        losses: (at) => inhLosses(at, options.obstructed === 'optional'),
        sight: (distanceM) => inhSight(distanceM, options.office),
        shadowingDb: () =>
          options.obstructed === 'optional' ? { ...shadowingDb, obstructed: 8.29 } : shadowingDb,
        correlationM: {
          shadowing: { lineOfSight: 10, obstructed: 6, indoors: 6 },
          lineOfSight: 10,
          kFactor: 4,
        },
        kFactorDb: { mean: 7, deviation: 4 },
        depthM: 0,
      },
      options,
      random,
    ),
})

const shadowingDb = { lineOfSight: 3, obstructed: 8.03, indoors: 8.03 }
