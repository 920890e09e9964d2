import { SITS_OUT } from '../../network/assignment.js'
import { type RoundCost, systemCost, transmitEnergy } from '../../network/round-cost.js'
import type { NetworkParameters } from '../../network/round-network.js'
import { downlinkBitsOf, uplinkBitsOf } from '../../network/round-work.js'
import type { Phase } from '../../observe/events.js'
import type { Gathered } from './gathering.js'

/** An update that was put together: whose, trained from which weights, when it set out and arrived, s. */
export interface Arrival {
  readonly client: number
  /** The slot that it came by, and its server. */
  readonly slot: number
  readonly server: number
  /** Aggregations before it set out. */
  readonly version: number
  readonly setOutAt: number
  readonly arrivedAt: number
  /** When an edge server had trained on its samples, s; absent where none does. */
  readonly trainedAt?: number
  /** How long each phase took, s; NaN for those that its turn did not have. */
  readonly seconds: Readonly<Record<Phase, number>>
}

/** What one aggregation consists of, from the one before to this. */
export interface Row extends Gathered {
  /** The neighbours among which bodies are mixed; absent where a cloud puts them together. */
  readonly neighbours?: readonly (readonly number[])[]
  /** Slots of those whose updates these are, and of those who were broken off; others sit out. */
  readonly assignment: Int32Array
  readonly cost: RoundCost
  /** Simulated time at which it began, s. */
  readonly startTime: number
}

/**
 * Adds up what clients spend, by turns: a turn counts in the row that its update is put together in, or that it was broken
 * off in.
 */
export class RowAccount {
  readonly #parameters: NetworkParameters
  #start: number
  #slots: Int32Array
  #headEnergy: Float64Array
  #uplinkEnergy: Float64Array
  /** Of turns under way, J, length N. */
  readonly #openHead: Float64Array
  readonly #openUplink: Float64Array
  constructor(parameters: NetworkParameters, start: number) {
    const { clients } = parameters
    this.#parameters = parameters
    this.#start = start
    this.#slots = new Int32Array(clients).fill(SITS_OUT)
    this.#headEnergy = new Float64Array(clients)
    this.#uplinkEnergy = new Float64Array(clients)
    this.#openHead = new Float64Array(clients)
    this.#openUplink = new Float64Array(clients)
  }

  /** Charges local computing, eq. (6), J. */
  chargeHead(client: number, joules: number): void {
    this.#openHead[client] += joules
  }

  /** Charges time on the air at the client's power, eq. (13), s. */
  chargeUplink(client: number, seconds: number): void {
    const parameters = this.#parameters
    this.#openUplink[client] += transmitEnergy(parameters, client, parameters.clientPowerW[client], seconds)
  }

  /** Counts what a client's turn on a slot has spent so far in the row in hand. */
  settle(client: number, slot: number): void {
    const [head, uplink] = [this.#openHead[client], this.#openUplink[client]]
    if (head === 0 && uplink === 0) return
    this.#slots[client] = slot
    this.#headEnergy[client] += head
    this.#uplinkEnergy[client] += uplink
    this.#openHead[client] = 0
    this.#openUplink[client] = 0
  }

  /** Ends a row at a simulated time, s, and begins the next. */
  close(now: number, gathered: Gathered): Row {
    const { arrivals } = gathered
    const parameters = this.#parameters
    const { clients, weights } = parameters
    const perClient = () => new Float64Array(clients).fill(Number.NaN)
    const cost = {
      uplinkRate: perClient(),
      downlinkRate: perClient(),
      headTime: perClient(),
      uplinkTime: perClient(),
      edgeTime: perClient(),
      downlinkTime: perClient(),
      clientTime: perClient(),
      headEnergy: perClient(),
      uplinkEnergy: perClient(),
      clientEnergy: perClient(),
    }
    const turns = new Int32Array(clients)
    for (const { client, slot, setOutAt, arrivedAt, seconds } of arrivals) {
      this.#slots[client] = slot
      turns[client]++
      const { training, uplink, edge, downlink, ...head } = seconds
      add(
        cost.headTime,
        client,
        Number.isNaN(training) ? head['head-forward'] + head['head-backward'] : training,
      )
      add(cost.uplinkTime, client, uplink)
      add(cost.edgeTime, client, edge)
      add(cost.downlinkTime, client, downlink)
      add(cost.clientTime, client, arrivedAt - setOutAt)
    }
    for (let client = 0; client < clients; client++) {
      if (turns[client] === 0) continue
      const { uplinkTime, downlinkTime } = cost
      cost.uplinkRate[client] = rateOf(turns[client] * uplinkBitsOf(parameters, client), uplinkTime[client])
      cost.downlinkRate[client] = rateOf(
        turns[client] * downlinkBitsOf(parameters, client),
        downlinkTime[client],
      )
    }
    let energy = 0
    for (let client = 0; client < clients; client++) {
      if (this.#slots[client] === SITS_OUT) continue
      cost.headEnergy[client] = this.#headEnergy[client]
      cost.uplinkEnergy[client] = this.#uplinkEnergy[client]
      cost.clientEnergy[client] = cost.headEnergy[client] + cost.uplinkEnergy[client]
      energy += cost.clientEnergy[client]
    }
    const row = {
      ...gathered,
      assignment: this.#slots,
      startTime: this.#start,
      cost: {
        time: now - this.#start,
        energy,
        cost: systemCost(weights, now - this.#start, energy),
        ...cost,
      },
    }
    this.#start = now
    this.#slots = new Int32Array(clients).fill(SITS_OUT)
    this.#headEnergy = new Float64Array(clients)
    this.#uplinkEnergy = new Float64Array(clients)
    return row
  }
}

/** Adds a turn's time to those that its client took before in the same row. */
function add(times: Float64Array, client: number, seconds: number): void {
  if (!Number.isNaN(seconds)) times[client] = Number.isNaN(times[client]) ? seconds : times[client] + seconds
}

/** Without anything to send there is no rate. */
const rateOf = (bits: number, seconds: number): number => (bits === 0 ? Number.NaN : bits / seconds)
