import { SITS_OUT } from '../../../core/plugin/index.js'
import { AssociationPlan } from './association-plan.js'
import { Board } from './board.js'
import { Candidates } from './candidates.js'
import type { KnownGains } from './gains.js'
import { Outlook } from './outlook.js'

/** How many candidates of least estimated cost a request is decided among. */
export const SHORTLIST = 12

/** A slot that looks to cost so many times the best is no candidate. */
const DROP = 1.5

/**
 * One round of sequential requests: clients in hardest-first order, each taking one of the free slots, in `sweeps` turns; from
 * the second turn on each gives up its slot and requests again.
 *
 * In the first turn a server keeps as many slots as the association plan has clients still to come for it, so that
 * nobody finds its cell full; the client that is planned there may take one.
 */
export class Requests {
  readonly board: Board
  readonly candidates: Candidates
  readonly outlook: Outlook
  readonly plan: AssociationPlan
  /** Active clients, those with the weakest best mean gain first; `count` of them. */
  readonly order: Int32Array
  count = 0
  sweeps = 1
  /** Requests made so far, of `count · sweeps`. */
  made = 0
  /** Of the request at hand: the client, the slot it gave up, cost before and what it looked to come to. */
  client = -1
  formerSlot = SITS_OUT
  projectedCost = 0
  projectedTime = 0
  readonly #bestGain: Float64Array
  readonly #open: Uint8Array

  constructor(clients: number, servers: number, channels: number) {
    this.board = new Board(clients, servers, channels)
    this.candidates = new Candidates(servers, channels, SHORTLIST)
    this.outlook = new Outlook(clients, servers)
    this.plan = new AssociationPlan(clients, servers)
    this.order = new Int32Array(clients)
    this.#bestGain = new Float64Array(clients)
    this.#open = new Uint8Array(servers)
  }

  open(gains: KnownGains, active: Uint8Array, sweeps: number): void {
    const { board, order } = this
    const { clients, servers, channels } = board
    this.sweeps = sweeps
    this.made = 0
    this.count = 0
    for (let n = 0; n < clients; n++) {
      let best = 0
      for (let m = 0; m < servers; m++) best = Math.max(best, gains.meanGain[n * servers + m])
      this.#bestGain[n] = best
      if (active[n]) order[this.count++] = n
    }
    const bestGain = this.#bestGain
    order.subarray(0, this.count).sort((a, b) => bestGain[a] - bestGain[b] || a - b)
    board.open(gains)
    this.outlook.open(board, order, this.count)
    this.plan.open(gains.meanGain, order, this.count, channels)
  }

  get total(): number {
    return this.count * this.sweeps
  }

  /** Which turn the request at hand belongs to, from 0. */
  get sweep(): number {
    return this.count === 0 ? 0 : Math.floor(this.made / this.count)
  }

  /** The place of the request at hand in its turn, from 0. */
  get turn(): number {
    return this.made % this.count
  }

  /** λT + μΣE, those still to come as the outlook has them, each alone on its best channel. */
  projection(): number {
    const { latency, energy } = this.board.parameters.weights
    this.projectedTime = this.board.time()
    let joules = this.board.totalEnergy()
    if (this.made < this.count) {
      this.projectedTime = Math.max(this.projectedTime, this.outlook.time[this.made])
      joules += this.outlook.energy[this.made]
    }
    return latency * this.projectedTime + energy * joules
  }

  /** Turns to the next request: its candidates, none where every slot is taken. */
  consider(): void {
    const { board, made, count, outlook, plan } = this
    const { servers, channels } = board
    this.projectedCost = this.projection()
    const client = this.order[this.turn]
    this.client = client
    this.formerSlot = board.slot[client]
    const first = made < count
    if (this.formerSlot !== SITS_OUT) board.remove(client)
    for (let m = 0; m < servers; m++) {
      const spare = channels - board.serverClients[m] - plan.expected[m]
      this.#open[m] = !first || plan.server[client] === m || spare > 0 ? 1 : 0
    }
    const restTime = first ? outlook.time[made + 1] : 0
    const restEnergy = first ? outlook.energy[made + 1] : 0
    this.candidates.consider(
      board,
      client,
      restTime,
      restEnergy,
      this.#open,
      this.formerSlot,
      this.projectedCost,
    )
    this.candidates.drop(DROP)
  }

  /**
   * The client takes the candidate in that place; without candidates it sits out.
   *
   * A client that requests again goes back to the slot it gave up where the new one turns out to cost more, as servers
   * and clients then measure.
   */
  take(place: number): void {
    const { board, client, plan, formerSlot } = this
    if (this.made < this.count && plan.server[client] !== -1) plan.expected[plan.server[client]]--
    if (this.candidates.count > 0) board.place(client, this.candidates.slots[place])
    if (formerSlot !== SITS_OUT && board.slot[client] !== formerSlot && board.cost() > this.projectedCost) {
      board.remove(client)
      board.place(client, formerSlot)
    }
    this.made++
  }
}
