import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { infSight } from './shared/line-of-sight.js'
import { propagationOf } from './shared/model.js'
import { commonOptions } from './shared/options.js'
import { type FactoryVariant, infLosses } from './shared/path-loss.js'

/** What is usual in each kind of hall, and σ_SF out of sight, dB. */
const variants = {
  SL: { sizeM: 10, density: 0.2, heightM: 2, serverHeightM: 1.5, shadowingDb: 5.7 },
  DL: { sizeM: 2, density: 0.6, heightM: 6, serverHeightM: 1.5, shadowingDb: 7.2 },
  SH: { sizeM: 10, density: 0.2, heightM: 2, serverHeightM: 8, shadowingDb: 5.9 },
  DH: { sizeM: 2, density: 0.6, heightM: 6, serverHeightM: 8, shadowingDb: 4 },
} as const satisfies Readonly<Record<FactoryVariant, unknown>>

const usual = (key: 'sizeM' | 'density' | 'heightM') =>
  Object.entries(variants)
    .map(([variant, values]) => `${variant} ${values[key]}`)
    .join(', ')

const orUsual = (limits: { exclusiveMinimum: number; exclusiveMaximum?: number }, description: string) =>
  Type.Union([Type.Null(), Type.Number(limits)], {
    default: null,
    description,
    'x-expected': 'a number above 0, or null for what is usual',
  })

export default definePlugin({
  kind: 'propagation',
  name: 'inf',
  summary: 'factory halls with sparse or dense clutter, servers low or high (3GPP TR 38.901, 7.4)',
  options: Type.Object(
    {
      ...commonOptions(3.5e9),
      variant: Type.Enum(['SL', 'DL', 'SH', 'DH'], {
        default: 'SL',
        description: 'sparse or dense clutter (S, D), servers low in it or high above it (L, H)',
      }),
      clutterSizeM: orUsual(
        { exclusiveMinimum: 0 },
        `typical size of what stands about, m; null: ${usual('sizeM')}`,
      ),
      clutterDensity: orUsual(
        { exclusiveMinimum: 0, exclusiveMaximum: 1 },
        `share of the ground that it takes; null: ${usual('density')}`,
      ),
      clutterHeightM: orUsual({ exclusiveMinimum: 0 }, `its height, m; null: ${usual('heightM')}`),
    },
    { additionalProperties: false },
  ),
  needs: { random: tokens.random },
  create: (options, { random }) => {
    const { variant } = options
    const hall = variants[variant]
    const clutter = {
      sizeM: options.clutterSizeM ?? hall.sizeM,
      density: options.clutterDensity ?? hall.density,
      heightM: options.clutterHeightM ?? hall.heightM,
    }
    const shadowingDb = { lineOfSight: 4.3, obstructed: hall.shadowingDb, indoors: hall.shadowingDb }
    return propagationOf(
      {
        usualServerHeightM: hall.serverHeightM,
        validity: { distanceM: [1, 600] },
        losses: (at) => infLosses(at, variant),
        sight: (distanceM, at) => infSight(distanceM, variant, clutter, at),
        shadowingDb: () => shadowingDb,
        correlationM: {
          shadowing: { lineOfSight: 10, obstructed: 10, indoors: 10 },
          lineOfSight: clutter.sizeM / 2,
          kFactor: 10,
        },
        kFactorDb: { mean: 7, deviation: 8 },
        depthM: 0,
      },
      options,
      random,
    )
  },
})
