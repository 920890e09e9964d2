import {
  definePlugin,
  fromDecibels,
  type LinkPlace,
  RandomField,
  Type,
  tokens,
} from '../../core/plugin/index.js'

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
        description:
          'standard deviation of log-normal shadowing, dB; drawn anew with the positions, or a function of them',
      }),
      correlationM: Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0 })], {
        default: null,
        'x-unit': 'm',
        description:
          'distance at which the shadowing of two places correlates by 1/e, m: a function of the place, one for each site; ' +
          'null: each link has its own, wherever the client goes',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { random: tokens.random },
  create: ({ interceptDb, slopeDb, shadowingDb, correlationM }, needs) => {
    const fields: RandomField[] = []
    const shadow = (
      { site, server, clientPosition, serverPosition }: LinkPlace,
      distanceM: number,
    ): number => {
      const index = site ?? server
      fields[index] ??= new RandomField(needs.random.stream('shadowing', index))
      const { x, y } = clientPosition
      return fields[index].at((x - serverPosition.x) / distanceM, (y - serverPosition.y) / distanceM)
    }
    return {
      meanGain: (link) => {
        const shadowing =
          shadowingDb === 0
            ? 0
            : correlationM === null
              ? link.random.normal(0, shadowingDb)
              : shadowingDb * shadow(link, correlationM)
        return fromDecibels(-(interceptDb + slopeDb * Math.log10(link.distanceM) + shadowing))
      },
    }
  },
})
