import { type Assignment, SITS_OUT } from './assignment.js'
import type { NetworkParameters } from './round-network.js'

/**
 * Everything that may be decided about a round; what is absent stays as the network has it.
 *
 * Arrays have an entry a client; those of clients that sit out are not looked at.
 */
export interface Decision {
  /** The slot of each client, or `SITS_OUT`. */
  readonly assignment: Assignment
  /** Several slots of a client's server in place of its one; their shares and powers, where they say them, in place of the client's own. */
  readonly grants?: Grants
  /** Uplink power in all of a client's slots together, W. */
  readonly powerW?: Float64Array
  /** What its server spends on a client's downlink, W. */
  readonly serverPowerW?: Float64Array
  /** Clock of a client's processor, Hz. */
  readonly clockHz?: Float64Array
  /** Part of its slot's band or time (`access`) that a client has, from 0, over which nothing gets across, to 1; a slot's sum to 1 at most. */
  readonly share?: Float64Array
  /** Part of its server's FLOP/s that a client has, from 0, likewise; a server's sum to 1 at most. All wait for all where absent, eq. (7). */
  readonly edgeShare?: Float64Array
  /** Where a client's model is cut: an index into the network's `cuts`. */
  readonly cut?: Int32Array
  /** How it writes what it sends: an index into the network's `payloads`. */
  readonly payload?: Int32Array
  /** Samples of a round, from 0 to what the client has; of a fraction nothing is learned. */
  readonly samples?: Float64Array
  /** Passes over them, from 1. */
  readonly steps?: Int32Array
  /** Clients of equal turn take part together; a turn begins when the one before is over. */
  readonly turn?: Int32Array
  /** When the round ends whoever is done, s after its start. */
  readonly deadlineSeconds?: number
}

/** Slots that clients hold, as compressed rows: client n has the grants from `first[n]` to before `first[n + 1]`. */
export interface Grants {
  /** N + 1 */
  readonly first: Int32Array
  readonly slot: Int32Array
  /** Part of each slot, as `Decision.share`; whole ones where absent. */
  readonly share?: Float64Array
  /** W; the client's power by share where absent. */
  readonly powerW?: Float64Array
}

/** What a decision may hold beside slots, by the names under which schedulers declare and scenarios open them. */
export const decisionFields = {
  grants: 'grants',
  power: 'powerW',
  serverPower: 'serverPowerW',
  clock: 'clockHz',
  share: 'share',
  edgeShare: 'edgeShare',
  cut: 'cut',
  payload: 'payload',
  samples: 'samples',
  steps: 'steps',
  turn: 'turn',
  deadline: 'deadlineSeconds',
} as const satisfies Readonly<Record<string, keyof Decision>>

/** A variable of a decision: `slot`, or what may be decided beside it. */
export type DecisionVariable = 'slot' | BesideSlots
export type BesideSlots = keyof typeof decisionFields

/** An assignment as a decision; a decision as it is. */
export const asDecision = (decided: Assignment | Decision): Decision =>
  ArrayBuffer.isView(decided) ? { assignment: decided as Assignment } : (decided as Decision)

/** A copy with arrays of its own; what is undefined is left out. */
export function ownCopyOf(decision: Decision): Decision {
  const keys = new Set(['assignment', ...Object.values(decisionFields), ...Object.keys(decision)])
  const parts = [...keys].flatMap((key) => {
    const part: unknown = decision[key as keyof Decision]
    return part === undefined ? [] : [[key, copyOfPart(part)] as const]
  })
  return Object.fromEntries(parts) as unknown as Decision
}

/** Numbers of clients, or grants; whatever else somebody put there is for a check to refuse. */
function copyOfPart(part: unknown): unknown {
  if (part instanceof Int32Array || part instanceof Float64Array) return part.slice()
  if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) return part
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, copyOfPart(value)]))
}

/** The variables that a decision holds, slots aside. */
export const variablesOf = (decision: Decision): BesideSlots[] =>
  (Object.keys(decisionFields) as BesideSlots[]).filter(
    (name) => decision[decisionFields[name]] !== undefined,
  )

/** Fields of a decision with a real number a client. */
export const realFields = [
  'powerW',
  'serverPowerW',
  'clockHz',
  'share',
  'edgeShare',
  'samples',
] as const satisfies readonly (keyof Decision)[]

/** Fields of a decision with a whole number a client. */
export const wholeFields = ['cut', 'payload', 'steps', 'turn'] as const satisfies readonly (keyof Decision)[]

/** Fields of a decision with a number a client. */
export const clientFields = [...realFields, ...wholeFields] as const
export type ClientField = (typeof clientFields)[number]

/** By this much, relative, may values pass a limit, miss a level, or shares sum to more than a whole: rounding of whoever computed them. */
export const ROUNDING = 1e-9

/** The highest level up to a limit; the limit itself where there are no levels, or none so low. */
export const levelUpTo = (most: number, levels: Float64Array | undefined): number =>
  levels?.findLast((level) => level <= most * (1 + ROUNDING)) ?? most

/** What stands for a real number that an allocator may still choose. */
export const OPEN = Number.NaN

/** A decision with what was left open (NaN) as the network has it: all power, the highest clock, a whole slot, all samples. */
export const settled = (network: NetworkParameters, decision: Decision): Decision =>
  realFields.some((field) => decision[field]?.some(Number.isNaN)) ? filledUp(network, decision) : decision

function filledUp(network: NetworkParameters, decision: Decision): Decision {
  const { clients, channels } = network
  const fill = (values: Float64Array | undefined, whole: (client: number) => number) =>
    values?.some(Number.isNaN)
      ? Float64Array.from(values, (value, client) =>
          Number.isNaN(value) && decision.assignment[client] !== SITS_OUT ? whole(client) : value,
        )
      : values
  const server = (client: number) => Math.floor(decision.assignment[client] / channels)
  const filled = {
    powerW: fill(decision.powerW, (n) => levelUpTo(network.clientPowerW[n], network.bounds?.powerLevelsW)),
    serverPowerW: fill(decision.serverPowerW, (n) => network.serverPowerW[server(n)]),
    clockHz: fill(decision.clockHz, (n) =>
      levelUpTo(network.clientClockHz?.[n] ?? 0, network.bounds?.clockLevelsHz),
    ),
    share: fill(decision.share, () => 1),
    samples: fill(decision.samples, (n) => network.clientSamples[n]),
  }
  // An edge share that is open belongs to none: then none has one.
  const edgeShare = decision.edgeShare?.every(
    (value, client) => !Number.isNaN(value) || decision.assignment[client] === SITS_OUT,
  )
    ? decision.edgeShare
    : undefined
  const { edgeShare: _, ...others } = decision
  const given = Object.fromEntries(Object.entries(filled).filter(([, values]) => values !== undefined))
  return { ...others, ...given, ...(edgeShare && clients > 0 && { edgeShare }) }
}

/** The slots of an assignment, or of a decision. */
export const assignmentOf = (decided: Assignment | Decision): Assignment => asDecision(decided).assignment
