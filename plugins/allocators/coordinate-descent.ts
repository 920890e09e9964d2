import {
  type Decision,
  definePlugin,
  Evaluator,
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
          description:
            'which of them it may change; those that a network does not have, or a scenario does not open, are left alone',
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
    allocate({ network, limits }, decision) {
      const open = variables.filter((name) => limits === undefined || limits[name] !== undefined)
      return descend(network, decision, { variables: new Set(open), leastShare, sweeps })
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
  const least = (field: Continuous) => (field === 'powerW' ? bounds?.leastPowerW : bounds?.leastClockHz) ?? 0
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
  // Several slots a client are more than the evaluator knows.
  const costs = current.grants ? new WholeRounds(network, current) : new ChangedRounds(network, current)
  // A value stays only where that costs less, so that the cost never rises.
  const tryValue = (client: number, field: Continuous | Discrete, value: number): void => {
    if (costs.with(client, field, value) < costs.cost) costs.set(client, field, value)
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const before = costs.cost
    for (let client = 0; client < clients; client++) {
      if (!takesPart(client)) continue
      for (const [field, most] of continuous) {
        if (!open.get(field)?.[client]) continue
        const levels = field === 'powerW' ? bounds?.powerLevelsW : bounds?.clockLevelsHz
        if (levels) {
          for (const level of levels)
            if (level >= least(field) && level <= most[client]) tryValue(client, field, level)
          continue
        }
        const bottom = Math.min(1, Math.max(leastShare, least(field) / most[client]))
        const valueAt = (exponent: number) => Math.max(least(field), most[client] * Math.exp(exponent))
        const costAt = (exponent: number) => costs.with(client, field, valueAt(exponent))
        tryValue(client, field, valueAt(goldenSection(costAt, Math.log(bottom), 0, 1e-7).x))
      }
      for (const [field, count] of discrete)
        for (let choice = 0; choice < count; choice++) tryValue(client, field, choice)
    }
    if (!(costs.cost < before - LEAST_GAIN * Math.abs(before))) break
  }
  return costs.decision()
}

/** What a round costs as one value of one client changes after the other. */
interface Costs {
  readonly cost: number
  with(client: number, field: Continuous | Discrete, value: number): number
  set(client: number, field: Continuous | Discrete, value: number): void
  decision(): Decision
}

class ChangedRounds implements Costs {
  readonly #evaluator: Evaluator
  readonly #deadline: Pick<Decision, 'deadlineSeconds'>

  constructor(network: RoundNetwork, { deadlineSeconds, ...decision }: Decision) {
    this.#evaluator = new Evaluator(network, decision)
    this.#deadline = deadlineSeconds === undefined ? {} : { deadlineSeconds }
  }

  get cost(): number {
    return this.#evaluator.cost
  }

  with(client: number, field: Continuous | Discrete, value: number): number {
    return this.#evaluator.costOfChoosing(client, { [field]: value })
  }

  set(client: number, field: Continuous | Discrete, value: number): void {
    this.#evaluator.choose(client, { [field]: value })
  }

  decision(): Decision {
    return { ...this.#evaluator.decision(), ...this.#deadline }
  }
}

class WholeRounds implements Costs {
  readonly #network: RoundNetwork
  readonly #decision: Decision
  cost: number

  constructor(network: RoundNetwork, decision: Decision) {
    this.#network = network
    this.#decision = structuredClone(decision)
    this.cost = evaluateRound(network, decision).cost
  }

  with(client: number, field: Continuous | Discrete, value: number): number {
    const values = this.#decision[field] as Float64Array | Int32Array
    const held = values[client]
    values[client] = value
    const { cost } = evaluateRound(this.#network, this.#decision)
    values[client] = held
    return cost
  }

  set(client: number, field: Continuous | Discrete, value: number): void {
    const values = this.#decision[field] as Float64Array | Int32Array
    values[client] = value
    this.cost = evaluateRound(this.#network, this.#decision).cost
  }

  decision(): Decision {
    return this.#decision
  }
}
