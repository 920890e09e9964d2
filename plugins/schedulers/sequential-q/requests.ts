import { SITS_OUT, systemCost } from '../../../core/plugin/index.js'
import { AssociationPlan } from './association-plan.js'
import { Board } from './board.js'
import { Candidates, type Rest } from './candidates.js'
import type { KnownGains } from './gains.js'
import { Outlook } from './outlook.js'

/** How many candidates of least estimated cost a request is decided among. */
export const SHORTLIST = 8

/** A slot that looks to cost so many times the best is no candidate. */
const DROP = 1.5

/**
 * One round of sequential requests.
 *
 * First each client takes one of the free slots, in hardest-first order. A server keeps as many slots as the association
 * plan has clients still to come for it, so that nobody finds its cell full; the client that is planned there may take
 * one. Then come sweeps of pairs: at its turn a client gives up its slot together with one that came before it in the
 * order, both request again, itself first, and both go back where the round turns out dearer, as servers and
 * clients then measure. The distance in the order grows from sweep to sweep, so that others meet.
 */
export class Requests {
  readonly board: Board
  readonly candidates: Candidates
  readonly outlook: Outlook
  readonly plan: AssociationPlan
  /** Active clients, those with the weakest best mean gain first; `count` of them. */
  readonly order: Int32Array
  count = 0
  /** How many sweeps of pairs there are. */
  sweeps = 0
  /** Requests made so far, of `total`. */
  made = 0
  /** The request at hand: who asks, and the slots that it and the other of its pair gave up. */
  client = -1
  formerSlot = SITS_OUT
  otherSlot = SITS_OUT
  /** λT + μΣE and T, s, before the request, with the clients that wait as the outlook has them. */
  projectedCost = 0
  projectedTime = 0
  /** Cost before the pair gave up its slots. */
  pairCost = 0
  /** The other of the pair, while it waits for its request; else -1. */
  waiting = -1
  readonly #bestGain: Float64Array
  readonly #open: Uint8Array
  readonly #kept = {
    made: 0,
    pairCost: 0,
    waiting: -1,
    client: -1,
    formerSlot: SITS_OUT,
    otherSlot: SITS_OUT,
  }
  readonly #keptSlots: Int32Array
  readonly #keptExpected: Int32Array

  constructor(clients: number, servers: number, channels: number) {
    this.board = new Board(clients, servers, channels)
    this.candidates = new Candidates(servers, channels, SHORTLIST)
    this.outlook = new Outlook(clients, servers)
    this.plan = new AssociationPlan(clients, servers)
    this.order = new Int32Array(clients)
    this.#bestGain = new Float64Array(clients)
    this.#open = new Uint8Array(servers)
    this.#keptSlots = new Int32Array(clients)
    this.#keptExpected = new Int32Array(servers)
  }

  open(gains: KnownGains, active: Uint8Array, sweeps: number): void {
    const { board, order } = this
    const { clients, servers, channels } = board
    this.made = 0
    this.waiting = -1
    this.count = 0
    for (let n = 0; n < clients; n++) {
      let best = 0
      for (let m = 0; m < servers; m++) best = Math.max(best, gains.meanGain[n * servers + m])
      this.#bestGain[n] = best
      if (active[n]) order[this.count++] = n
    }
    // One client alone has no other to exchange with.
    this.sweeps = this.count > 1 ? sweeps : 0
    const bestGain = this.#bestGain
    order.subarray(0, this.count).sort((a, b) => bestGain[a] - bestGain[b] || a - b)
    board.open(gains)
    this.outlook.open(board, order, this.count)
    this.plan.open(gains.meanGain, order, this.count, channels)
  }

  get total(): number {
    return this.count * (1 + 2 * this.sweeps)
  }

  /** Whether the request at hand is a client's first. */
  get first(): boolean {
    return this.made < this.count
  }

  /** The sweep that the request at hand belongs to, from 1; 0 for first requests. */
  get sweep(): number {
    return this.first ? 0 : 1 + Math.floor((this.made - this.count) / (2 * this.count))
  }

  /** The place in the order of the client whose turn it is. */
  get turn(): number {
    return this.first ? this.made : ((this.made - this.count) >> 1) % this.count
  }

  /** λT + μΣE, those that wait as the outlook has them, each alone on its best channel. */
  projection(): number {
    const { board, outlook } = this
    let joules = board.totalEnergy()
    this.projectedTime = board.time()
    if (this.first) {
      this.projectedTime = Math.max(this.projectedTime, outlook.time[this.made])
      joules += outlook.energy[this.made]
    } else if (this.waiting !== -1) {
      this.projectedTime = Math.max(this.projectedTime, outlook.idealTime[this.waiting])
      joules += outlook.idealEnergy[this.waiting]
    }
    return systemCost(board.parameters.weights, this.projectedTime, joules)
  }

  /** Turns to the next request: its candidates, none where every slot is taken. */
  consider(): void {
    this.projectedCost = this.projection()
    if (this.first) this.#considerFirst()
    else this.#considerAgain()
    this.candidates.drop(DROP)
  }

  #considerFirst(): void {
    const { board, made, outlook, plan } = this
    const { servers, channels } = board
    this.client = this.order[made]
    this.formerSlot = SITS_OUT
    this.otherSlot = SITS_OUT
    for (let m = 0; m < servers; m++) {
      const spare = channels - board.serverClients[m] - plan.expected[m]
      this.#open[m] = plan.server[this.client] === m || spare > 0 ? 1 : 0
    }
    const rest = { time: outlook.time[made + 1], energy: outlook.energy[made + 1] }
    this.candidates.consider(board, this.client, rest, this.#open)
  }

  #considerAgain(): void {
    const { board, order, count, turn, outlook } = this
    this.#open.fill(1)
    if (this.waiting !== -1) {
      const { formerSlot, otherSlot } = this
      this.client = this.waiting
      this.formerSlot = otherSlot
      this.otherSlot = formerSlot
      this.candidates.consider(board, this.client, NOBODY, this.#open, 1)
      return
    }
    const distance = 1 + ((this.sweep - 1) % (count - 1))
    const client = order[turn]
    const other = order[(turn - distance + count) % count]
    this.pairCost = this.projectedCost
    this.client = client
    this.formerSlot = board.slot[client]
    this.otherSlot = board.slot[other]
    if (this.formerSlot !== SITS_OUT) board.remove(client)
    if (this.otherSlot !== SITS_OUT) board.remove(other)
    this.waiting = other
    const rest = { time: outlook.idealTime[other], energy: outlook.idealEnergy[other] }
    this.candidates.consider(board, client, rest, this.#open, 1)
  }

  /** The client takes the candidate in that place; without candidates it sits out. */
  take(place: number): void {
    const { board, client, plan, first } = this
    if (first && plan.server[client] !== -1) plan.expected[plan.server[client]]--
    if (this.candidates.count > 0) board.place(client, this.candidates.slots[place])
    if (!first && client === this.waiting) this.#judge()
    this.made++
  }

  /** Lets a pair go back to its slots where the new ones serve fewer or come to more. */
  #judge(): void {
    const { board, client, formerSlot, otherSlot } = this
    this.waiting = -1
    const other = this.order[this.turn]
    const served = (slots: number[]) => slots.filter((slot) => slot !== SITS_OUT).length
    const gained = served([board.slot[client], board.slot[other]]) - served([formerSlot, otherSlot])
    if (gained > 0 || (gained === 0 && board.cost() <= this.pairCost)) return
    for (const n of [client, other]) if (board.slot[n] !== SITS_OUT) board.remove(n)
    if (formerSlot !== SITS_OUT) board.place(client, formerSlot)
    if (otherSlot !== SITS_OUT) board.place(other, otherSlot)
  }

  /** Remembers how things stand before a request, for `goBack`. */
  keep(): void {
    const { made, pairCost, waiting, client, formerSlot, otherSlot } = this
    Object.assign(this.#kept, { made, pairCost, waiting, client, formerSlot, otherSlot })
    this.#keptSlots.set(this.board.slot)
    this.#keptExpected.set(this.plan.expected)
  }

  /** Undoes every request since `keep`. */
  goBack(): void {
    const { board } = this
    const slots = this.#keptSlots
    for (let n = 0; n < slots.length; n++)
      if (board.slot[n] !== slots[n] && board.slot[n] !== SITS_OUT) board.remove(n)
    for (let n = 0; n < slots.length; n++)
      if (board.slot[n] !== slots[n] && slots[n] !== SITS_OUT) board.place(n, slots[n])
    this.plan.expected.set(this.#keptExpected)
    Object.assign(this, this.#kept)
  }
}

const NOBODY: Rest = { time: 0, energy: 0 }
