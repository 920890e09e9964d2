import Type, { type Static, type TNumberOptions } from 'typebox'
import { pluginReference } from '../plugin/options.js'

/** N, M and K as far as an instance tells them; undefined where it does not. */
export interface Sizes {
  readonly clients: number | undefined
  readonly servers: number | undefined
  readonly channels: number | undefined
}

type Limits = Pick<TNumberOptions, 'minimum' | 'exclusiveMinimum' | 'maximum'>

const closed = { additionalProperties: false }
const optional = <T extends Type.TSchema>(schema: T) => Type.Optional(schema)
const number = (unit: string, limits: Limits) => Type.Number({ ...limits, ...(unit && { 'x-unit': unit }) })
const positive = { exclusiveMinimum: 0 }
const notNegative = { minimum: 0 }

const lengthOf = (length: number | undefined) =>
  length === undefined ? {} : { minItems: length, maxItems: length }

const numbers = (length: number | undefined, unit: string, limits: Limits) =>
  Type.Array(number(unit, limits), lengthOf(length))

const shownAs = (length: number | undefined, nodes: string) =>
  length === undefined
    ? `a list, one entry for each of the ${nodes}`
    : `a list of ${length}, one for each of the ${nodes}`

/** Lists of lists of lists of gains, outermost first. */
function gains(...[outer, middle, inner]: readonly (readonly [number | undefined, string])[]) {
  const level = <T extends Type.TSchema>(item: T, [length, nodes]: readonly [number | undefined, string]) =>
    Type.Array(item, { ...lengthOf(length), 'x-expected': shownAs(length, nodes) })
  return level(level(level(number('linear power gain', notNegative), inner), middle), outer)
}

const levels = (unit: string) => Type.Array(number(unit, positive), { minItems: 1, uniqueItems: true })

/** What a scenario has in `decisions.cut`. */
const cut = Type.Object(
  {
    name: optional(Type.String()),
    headFlops: number('FLOP per sample', notNegative),
    bodyFlops: number('FLOP per sample', notNegative),
    uplinkBits: number('bit per sample', notNegative),
    downlinkBits: number('bit per sample', notNegative),
    uplinkBitsPerRound: optional(number('bit per round', notNegative)),
    downlinkBitsPerRound: optional(number('bit per round', notNegative)),
    bodyFlopsPerRound: optional(number('FLOP per round', notNegative)),
  },
  closed,
)

const payload = Type.Object(
  {
    name: optional(Type.String()),
    uplinkShare: number('of the bits at full precision', positive),
    downlinkShare: number('of the bits at full precision', positive),
  },
  closed,
)

/**
 * The schema of an explicit instance of these sizes, all in SI units.
 *
 * A processor's FLOP/s may be 0 only where it has nothing to compute.
 */
export function instanceSchema(
  { clients, servers, channels }: Sizes,
  computes: { readonly head: boolean; readonly body: boolean },
) {
  const ofClients = [clients, 'clients'] as const
  const ofServers = [servers, 'servers'] as const
  const ofChannels = [channels, 'channels'] as const
  const flops = (length: number | undefined, busy: boolean) =>
    numbers(length, 'FLOP/s', busy ? positive : notNegative)
  return Type.Object(
    {
      servers: Type.Integer({ minimum: 1 }),
      channels: Type.Integer({ minimum: 1 }),
      access: optional(Type.Union([Type.Literal('channels'), Type.Literal('fdma'), Type.Literal('tdma')])),
      bandwidthHz: number('Hz', positive),
      noiseW: optional(number('W', positive)),
      noiseWPerHz: optional(number('W/Hz', positive)),
      rate: optional(pluginReference('rate', 'What a SINR is worth, bit/s/Hz; log2(1 + SINR) where absent.')),
      unservedCost: optional(number('for each client that is not served', notNegative)),
      weights: Type.Object(
        { latency: number('per s', notNegative), energy: number('per J', notNegative) },
        closed,
      ),
      client: Type.Object(
        {
          powerW: numbers(clients, 'W', positive),
          samples: numbers(clients, '', notNegative),
          flops: flops(clients, computes.head),
          joulesPerSample: numbers(clients, 'J per sample', notNegative),
          bitsPerRound: optional(
            Type.Object(
              {
                uplink: numbers(clients, 'bit', notNegative),
                downlink: numbers(clients, 'bit', notNegative),
              },
              closed,
            ),
          ),
          cycles: optional(numbers(clients, 'cycles a round', notNegative)),
          clockHz: optional(numbers(clients, 'Hz', positive)),
          switchedCapacitance: optional(numbers(clients, 'J s² per cycle', notNegative)),
          unservedCost: optional(number('for each client that is not served', notNegative)),
          powerLevelsW: optional(levels('W')),
          clockLevelsHz: optional(levels('Hz')),
        },
        closed,
      ),
      cuts: optional(Type.Array(cut, { minItems: 1 })),
      payloads: optional(Type.Array(payload, { minItems: 1 })),
      server: Type.Object(
        {
          powerW: numbers(servers, 'W', positive),
          flops: flops(servers, computes.body),
          computingPowerW: optional(numbers(servers, 'W', notNegative)),
          idlePowerW: optional(numbers(servers, 'W', notNegative)),
          amplifierEfficiency: optional(numbers(servers, 'of 1', { ...positive, maximum: 1 })),
          circuitPowerW: optional(numbers(servers, 'W', notNegative)),
        },
        closed,
      ),
      load: Type.Object(
        {
          headFlops: number('FLOP per sample', notNegative),
          bodyFlops: number('FLOP per sample', notNegative),
          uplinkBits: number('bit per sample', notNegative),
          downlinkBits: number('bit per sample', notNegative),
        },
        closed,
      ),
      uplinkGain: gains(ofClients, ofServers, ofChannels),
      downlinkGain: gains(ofServers, ofClients, ofChannels),
    },
    closed,
  )
}

export type ExplicitInstance = Static<ReturnType<typeof instanceSchema>>

/**
 * The schema of an assignment: each client's server and channel, both -1 where it sits out, and what may be decided beside.
 *
 * A client's channel may be a list: it then holds all of them, at the powers in `slotPowerW` where they are given. Null stands for what the instance has.
 */
export function assignmentSchema({ clients, servers, channels }: Sizes) {
  const place = (count: number | undefined) =>
    Type.Integer({ minimum: -1, ...(count !== undefined && { maximum: count - 1 }) })
  const several = Type.Array(
    Type.Integer({ minimum: 0, ...(channels !== undefined && { maximum: channels - 1 }) }),
    {
      minItems: 1,
      uniqueItems: true,
      'x-expected': 'a list of different channels',
    },
  )
  const decided = (unit: string, limits: Limits) =>
    optional(Type.Array(Type.Union([number(unit, limits), Type.Null()]), lengthOf(clients)))
  const chosen = (minimum: number) =>
    optional(Type.Array(Type.Union([Type.Integer({ minimum }), Type.Null()]), lengthOf(clients)))
  return Type.Object(
    {
      server: Type.Array(place(servers), lengthOf(clients)),
      channel: Type.Array(Type.Union([place(channels), several]), lengthOf(clients)),
      powerW: decided('W', notNegative),
      slotPowerW: optional(
        Type.Array(
          Type.Union([Type.Array(number('W', notNegative), { minItems: 1 }), Type.Null()], {
            'x-expected': 'a list of powers (W), one for each of its channels, or null',
          }),
          lengthOf(clients),
        ),
      ),
      serverPowerW: decided('W', notNegative),
      clockHz: decided('Hz', positive),
      share: decided('of the slot', { minimum: 0, maximum: 1 }),
      edgeShare: decided('of the server', { exclusiveMinimum: 0, maximum: 1 }),
      samples: decided('samples', notNegative),
      cut: chosen(0),
      payload: chosen(0),
      steps: chosen(1),
      turn: optional(Type.Array(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]), lengthOf(clients))),
    },
    { ...closed, 'x-expected': 'a mapping with server or channel' },
  )
}

export type ExplicitAssignment = Static<ReturnType<typeof assignmentSchema>>
