import {
  type Assignment,
  type Decision,
  type DecisionLimits,
  downlinkBitsOf,
  edgeWorkOf,
  headEnergyOf,
  headTimeOf,
  type NetworkParameters,
  type Range,
  uplinkBitsOf,
} from '../../../core/plugin/index.js'

/** One way for a client to take part, whatever its slot; what is absent stays as the network has it. */
export interface Mode {
  readonly powerW?: number
  readonly clockHz?: number
  readonly cut?: number
  readonly payload?: number
}

type Field = keyof Mode

/**
 * The modes of each client, length N: every combination of what is open, but for those that another makes useless, which computes and sends no more
 * at the same power. One empty mode each where nothing is open.
 */
export function modesOf(network: NetworkParameters, limits: DecisionLimits): readonly (readonly Mode[])[] {
  return Array.from({ length: network.clients }, (_, client) => {
    const values: [Field, readonly number[]][] = [
      ...(limits.power ? [['powerW', levelsOf(limits.power, client)] as [Field, number[]]] : []),
      ...(limits.clock ? [['clockHz', clocksOf(network, limits.clock, client)] as [Field, number[]]] : []),
      ...(limits.cut ? [['cut', [...limits.cut.keys()]] as [Field, number[]]] : []),
      ...(limits.payload ? [['payload', [...limits.payload.keys()]] as [Field, number[]]] : []),
    ]
    let modes: Mode[] = [{}]
    for (const [field, each] of values)
      modes = modes.flatMap((mode) => each.map((value) => ({ ...mode, [field]: value })))
    return undominated(network, client, modes)
  })
}

/** Why the modes of clients are not finitely many; undefined where they are. */
export function whyEndless(limits: DecisionLimits, network: NetworkParameters): string | undefined {
  const { power, clock } = limits
  if (power && !power.levels)
    return 'it proves its answer over levels, and powers may be any in a range: who interferes with whom changes with each; expected decisions.power.levelsDbm'
  if (clock && !clock.levels && !clock.most.every((_, client) => closedClock(network, clock, client)))
    return 'it proves its answer over levels, and clocks may be any in a range: how slow one may be depends on the whole round; expected decisions.clock.levelsHz, or one of objective.latency and objective.energy 0, where the best clock is the lowest or the highest'
  return undefined
}

const levelsOf = ({ levels = new Float64Array(0), most }: Range, client: number): number[] => [
  ...levels.filter((level) => level <= most[client]),
]

function clocksOf(network: NetworkParameters, clock: Range, client: number): readonly number[] {
  if (clock.levels) return levelsOf(clock, client)
  return [closedClock(network, clock, client) as number]
}

/** The best clock whatever the rest of the round, where there is one: the highest if energy does not count, the lowest if time does not. */
function closedClock(network: NetworkParameters, clock: Range, client: number): number | undefined {
  const { weights, switchedCapacitance, clientCycles, prices } = network
  const joules = weights.energy + (prices?.energy?.[client] ?? 0)
  const separable = (switchedCapacitance?.[client] ?? 0) * (clientCycles?.[client] ?? 0)
  if (joules === 0 || separable === 0) return clock.most[client]
  return weights.latency === 0 && clock.least > 0 ? clock.least : undefined
}

/** Modes without those that are nowhere better than another. */
function undominated(network: NetworkParameters, client: number, modes: readonly Mode[]): readonly Mode[] {
  if (modes.length < 2) return modes
  const one = new Choice({ ...network, clients: client + 1 })
  const measures = modes.map((mode) => {
    one.set(client, mode)
    const { decision } = one
    return [
      headTimeOf(network, client, decision),
      headEnergyOf(network, client, decision),
      uplinkBitsOf(network, client, decision),
      downlinkBitsOf(network, client, decision),
      edgeWorkOf(network, client, decision),
    ]
  })
  const beats = (a: number, b: number) =>
    modes[a].powerW === modes[b].powerW &&
    measures[a].every((value, i) => value <= measures[b][i]) &&
    (a < b || measures[a].some((value, i) => value < measures[b][i]))
  return modes.filter((_, b) => !modes.some((_, a) => a !== b && beats(a, b)))
}

/** What clients' modes come to as a decision: arrays are made for what is open, and written in place. */
export class Choice {
  readonly #clients: number
  readonly #reals: Partial<Record<'powerW' | 'clockHz', Float64Array>> = {}
  readonly #wholes: Partial<Record<'cut' | 'payload', Int32Array>> = {}

  constructor({ clients }: Pick<NetworkParameters, 'clients'>) {
    this.#clients = clients
  }

  set(client: number, { powerW, clockHz, cut, payload }: Mode): void {
    if (powerW !== undefined) this.#real('powerW')[client] = powerW
    if (clockHz !== undefined) this.#real('clockHz')[client] = clockHz
    if (cut !== undefined) this.#whole('cut')[client] = cut
    if (payload !== undefined) this.#whole('payload')[client] = payload
  }

  /** What was decided beside slots. */
  get decision(): Omit<Decision, 'assignment'> {
    return { ...this.#reals, ...this.#wholes }
  }

  /** With slots, as arrays of its own. */
  with(assignment: Assignment): Decision {
    return structuredClone({ assignment, ...this.decision })
  }

  #real(field: 'powerW' | 'clockHz'): Float64Array {
    this.#reals[field] ??= new Float64Array(this.#clients)
    return this.#reals[field]
  }

  #whole(field: 'cut' | 'payload'): Int32Array {
    this.#wholes[field] ??= new Int32Array(this.#clients)
    return this.#wholes[field]
  }
}
