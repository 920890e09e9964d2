import { SITS_OUT } from './assignment.js'
import { type ClientField, type Decision, clientFields as fields, levelUpTo } from './decision.js'
import type { RoundNetwork } from './round-network.js'
import {
  downlinkBitsOf,
  edgeWorkOf,
  headEnergyOf,
  headTimeOf,
  samplesOf,
  uplinkBitsOf,
} from './round-work.js'

/** What one client is given, by the fields of a `Decision`; what is absent stays as it is. */
export interface ClientChoice extends Readonly<Partial<Record<ClientField, number>>> {
  /** Or `SITS_OUT`. */
  readonly slot?: number
}

/** Numbers of a client that any network has: power on the air, load, head time and energy, work of both transfers. */
export const SHAPE = 6
/** And those of `assembly/joint.ts`, in its order. */
export const ROW = 9

/** What a joule of each client counts for, and what serving it saves; undefined where λT + μΣE is all. */
export interface OwnPrices {
  readonly joule: Float64Array
  readonly unserved: Float64Array
}

/**
 * What is decided of each client beside its slot, and the numbers that a round is worked out by: a slot's share in three powers (`linksOf`), power, clock,
 * cut, payload, samples and steps in times, energies and work.
 */
export class JointClients {
  readonly #network: RoundNetwork
  readonly #prices: OwnPrices | undefined
  readonly #values: Partial<Record<ClientField, Float64Array | Int32Array>> = {}
  /** What the choice at hand replaces. */
  readonly #before = new Float64Array(fields.length)
  /** The row of each turn. */
  #turnRows = new Map<number, number>()

  constructor(network: RoundNetwork, decision: Decision | undefined, prices: OwnPrices | undefined) {
    this.#network = network
    this.#prices = prices
    if (!decision) return
    if (decision.grants) throw new RangeError('several slots a client are not known to the evaluator')
    const { assignment } = decision
    const without = (values: Float64Array) =>
      values.some((value, n) => Number.isNaN(value) && assignment[n] !== SITS_OUT)
    for (const field of fields) {
      const given = decision[field]
      // An edge share that is open belongs to none: then none has one.
      if (!given || (field === 'edgeShare' && without(given as Float64Array))) continue
      const values = given.slice()
      for (let n = 0; n < values.length; n++)
        if (Number.isNaN(values[n])) values[n] = field === 'edgeShare' ? 1 : this.#usual(field, n)
      this.#values[field] = values
    }
  }

  get turned(): boolean {
    return this.#values.turn !== undefined
  }

  get shared(): boolean {
    return (this.#network.access ?? 'channels') !== 'channels'
  }

  /** A copy of all that is decided beside slots. */
  decision(): Omit<Decision, 'assignment'> {
    return structuredClone(this.#values) as Omit<Decision, 'assignment'>
  }

  /** Whether a choice is of a variable that nobody has a value of yet, so that what stands in memory is no use any more. */
  begins(choice: ClientChoice): boolean {
    let begun = false
    for (const field of fields) {
      if (choice[field] === undefined || this.#values[field]) continue
      if (field === 'edgeShare' || field === 'cut' || field === 'payload')
        throw new RangeError(`nobody has a ${field}: expected an evaluator of a decision with one`)
      const { clients } = this.#network
      const values =
        field === 'steps' || field === 'turn' ? new Int32Array(clients) : new Float64Array(clients)
      for (let n = 0; n < clients; n++) values[n] = this.#usual(field, n)
      this.#values[field] = values
      begun = begun || field === 'turn'
    }
    return begun
  }

  /** Gives a client what a choice has; `back` undoes it until the next. */
  apply(client: number, choice: ClientChoice): void {
    for (let i = 0; i < fields.length; i++) {
      const values = this.#values[fields[i]]
      if (!values) continue
      this.#before[i] = values[client]
      const chosen = choice[fields[i]]
      if (chosen !== undefined) values[client] = chosen
    }
  }

  back(client: number): void {
    for (let i = 0; i < fields.length; i++) {
      const values = this.#values[fields[i]]
      if (values) values[client] = this.#before[i]
    }
  }

  /** Whether there is no row left for a client's turn; those that nobody takes part in any more have to be given up first. */
  lacksRow(client: number): boolean {
    const { turn } = this.#values
    return (
      turn !== undefined && !this.#turnRows.has(turn[client]) && this.#turnRows.size > this.#network.clients
    )
  }

  /** Gives up the rows of turns that nobody takes part in. */
  renumberTurns(): void {
    this.#turnRows = new Map()
    for (const turn of this.#values.turn ?? []) this.#rowOf(turn)
  }

  /** Writes a client's numbers, its shape and its row one after the other. */
  write(client: number, memory: Float64Array, shape: number, row: number): void {
    const network = this.#network
    const { bandwidthHz, access = 'channels', amplifierEfficiency, circuitW, receiveW, prices } = network
    const decision = this.#values as Omit<Decision, 'assignment'>
    const share = this.shared ? (decision.share?.[client] ?? 1) : 1
    const power = decision.powerW?.[client] ?? network.clientPowerW[client]
    const heard = access === 'tdma' ? share : 1
    const signal = access === 'fdma' ? (share === 0 ? 0 : 1 / share) : 1
    const workOf = (bits: number) => (bits === 0 ? 0 : bits / (share * bandwidthHz))
    const joule = this.#prices?.joule[client] ?? 1
    const drawn = (heard * power) / (amplifierEfficiency?.[client] ?? 1) + (circuitW?.[client] ?? 0)
    const edge = edgeWorkOf(network, client, decision)
    const edgeShare = decision.edgeShare?.[client]
    // Serving it saves its price, but for that of samples left out.
    const saved = this.#prices
      ? this.#prices.unserved[client] -
        (prices?.sample?.[client] ?? 0) *
          (network.clientSamples[client] - samplesOf(network, client, decision))
      : 0
    memory[shape] = joule * drawn
    memory[shape + 1] = edgeShare === undefined ? edge : 0
    memory[shape + 2] = headTimeOf(network, client, decision)
    memory[shape + 3] = joule * headEnergyOf(network, client, decision) - saved
    memory[shape + 4] = workOf(uplinkBitsOf(network, client, decision))
    memory[shape + 5] = workOf(downlinkBitsOf(network, client, decision))
    memory[row] = power === 0 ? 0 : signal * power
    memory[row + 1] = heard * power
    const serverPower = decision.serverPowerW?.[client] ?? Number.NaN
    memory[row + 2] = Number.isNaN(serverPower) ? -1 : serverPower
    memory[row + 3] = signal
    memory[row + 4] = heard
    memory[row + 5] = edgeShare === undefined || edge === 0 ? 0 : edge / edgeShare
    memory[row + 6] = joule * (receiveW?.[client] ?? 0)
    memory[row + 7] = share
    memory[row + 8] = decision.turn ? this.#rowOf(decision.turn[client]) : 0
  }

  #rowOf(turn: number): number {
    const known = this.#turnRows.get(turn)
    if (known !== undefined) return known
    const row = this.#turnRows.size
    this.#turnRows.set(turn, row)
    return row
  }

  /** What an open value stands for, as `settled` has it; NaN for what its server has. */
  #usual(field: ClientField, client: number): number {
    const { clientPowerW, clientClockHz, clientSamples, bounds } = this.#network
    switch (field) {
      case 'powerW':
        return levelUpTo(clientPowerW[client], bounds?.powerLevelsW)
      case 'clockHz':
        return levelUpTo(clientClockHz?.[client] ?? 0, bounds?.clockLevelsHz)
      case 'samples':
        return clientSamples[client]
      case 'serverPowerW':
        return Number.NaN
      case 'turn':
        return 0
      case 'share':
      case 'edgeShare':
      case 'cut':
      case 'payload':
      case 'steps':
        return 1
    }
  }
}
