import {
  type Decision,
  definePlugin,
  evaluateRound,
  goldenSection,
  levelUpTo,
  type RoundNetwork,
  SITS_OUT,
  settled,
  Type,
} from '../../core/plugin/index.js'
import { filledIn, isOpen } from './shared/open.js'

type Continuous = 'powerW' | 'clockHz'
type Discrete = 'cut' | 'payload'

export default definePlugin({
  kind: 'allocator',
  name: 'coordinate-descent',
  summary:
    'one client’s power, clock, cut or payload at a time to what costs least, by golden section, or by trying each level, until the cost falls no more',
  decides: ['power', 'clock', 'cut', 'payload'],
  options: Type.Object(
    {
      variables: Type.Array(
        Type.Union([
          Type.Literal('power'),
          Type.Literal('clock'),
          Type.Literal('cut'),
          Type.Literal('payload'),
        ]),
        {
          default: ['power', 'clock', 'cut', 'payload'],
          description: 'which of them it may change; those that a network does not have are left alone',
        },
      ),
      leastShare: Type.Number({
        default: 1e-3,
        exclusiveMinimum: 0,
        maximum: 1,
        description: 'least power and clock, as a share of the most',
      }),
      sweeps: Type.Integer({ default: 20, minimum: 1, description: 'sweeps over all clients at most' }),
    },
    { additionalProperties: false },
  ),
  create: ({ variables, leastShare, sweeps }) => ({
    allocate({ network }, decision) {
      return descend(network, decision, { variables: new Set(variables), leastShare, sweeps })
    },
  }),
})

interface Descent {
  readonly variables: ReadonlySet<string>
  readonly leastShare: number
  readonly sweeps: number
}

/** By this much, relative, has a sweep to lower the cost to be worth another. */
const LEAST_GAIN = 1e-9

function descend(
  network: RoundNetwork,
  decision: Decision,
  { variables, leastShare, sweeps }: Descent,
): Decision {
  const { clients, clientPowerW, clientClockHz, cuts, payloads, bounds } = network
  const takesPart = (client: number) => decision.assignment[client] !== SITS_OUT
  const upTo = (most: Float64Array, levels: Float64Array | undefined) =>
    levels ? most.map((value) => levelUpTo(value, levels)) : most
  const continuous: [Continuous, Float64Array][] = [
    ...(variables.has('power')
      ? [['powerW', upTo(clientPowerW, bounds?.powerLevelsW)] as [Continuous, Float64Array]]
      : []),
    ...(variables.has('clock') && clientClockHz
      ? [['clockHz', upTo(clientClockHz, bounds?.clockLevelsHz)] as [Continuous, Float64Array]]
      : []),
  ]
  const discrete: [Discrete, number][] = [
    ...(variables.has('cut') && cuts && !decision.cut ? [['cut', cuts.length] as [Discrete, number]] : []),
    ...(variables.has('payload') && payloads && !decision.payload
      ? [['payload', payloads.length] as [Discrete, number]]
      : []),
  ]
  const open = new Map(
    continuous.map(([field]) => [
      field,
      Array.from({ length: clients }, (_, client) => takesPart(client) && isOpen(decision, field, client)),
    ]),
  )
  let current = settled(network, decision)
  for (const [field, most] of continuous)
    current = filledIn(current, field, clients, (client) => most[client])
  for (const [field] of discrete) current = { ...current, [field]: new Int32Array(clients) }
  let { cost } = evaluateRound(network, current)
  // Each entry is changed in place and kept only where that costs less, so that the cost never rises.
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const before = cost
    for (let client = 0; client < clients; client++) {
      if (!takesPart(client)) continue
      for (const [field, most] of continuous) {
        if (!open.get(field)?.[client]) continue
        const values = current[field] as Float64Array
        const held = values[client]
        const levels = field === 'powerW' ? network.bounds?.powerLevelsW : network.bounds?.clockLevelsHz
        if (levels) {
          let best = held
          for (const level of levels) {
            if (level > most[client]) break
            values[client] = level
            const tried = evaluateRound(network, current).cost
            if (tried < cost) [cost, best] = [tried, level]
          }
          values[client] = best
          continue
        }
        const costAt = (exponent: number) => {
          values[client] = most[client] * Math.exp(exponent)
          return evaluateRound(network, current).cost
        }
        const best = goldenSection(costAt, Math.log(leastShare), 0, 1e-7)
        values[client] = best.value < cost ? most[client] * Math.exp(best.x) : held
        cost = Math.min(cost, best.value)
      }
      for (const [field, count] of discrete) {
        const values = current[field] as Int32Array
        let held = values[client]
        for (let choice = 0; choice < count; choice++) {
          values[client] = choice
          const tried = evaluateRound(network, current).cost
          if (tried < cost) [cost, held] = [tried, choice]
        }
        values[client] = held
      }
    }
    if (!(cost < before - LEAST_GAIN * Math.abs(before))) break
  }
  return current
}
