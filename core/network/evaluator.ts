import { type Assignment, SITS_OUT } from './assignment.js'
import { loadNetwork, machine } from './evaluator-memory.js'
import type { RoundNetwork } from './round-network.js'

/** Whose assignment and network the machine holds. */
let loaded: Evaluator | undefined

/**
 * The system cost of an assignment, and of each way to change it a little, computed from what the change touches.
 *
 * A change of slots alters interference on two channels at most and edge computing at two servers, so a candidate
 * costs O((N/K)² + K + M), whatever N; one that is shown to reach its limit costs O(1). Interference is always summed
 * anew over a channel, never updated by differences, so that `cost` agrees with `evaluateRound` to rounding after any
 * number of changes.
 *
 * `costOf…` answers for a candidate and leaves the assignment as it is; `place`, `remove`, `move` and `swap` carry
 * it out. A search that has use only for costs below some limit says so: a candidate that surely costs as much is then
 * answered with Infinity, without being worked out; `nextMove` and `nextSwap` go from one below it to the next. Slots may be shared
 * (C5 is the caller's to keep; `isFree` tells). A client or slot that there is not throws a `RangeError`.
 *
 * The work is done in WebAssembly (`assembly/`), whose memory holds one evaluator. Another's assignment is kept aside
 * meanwhile and worked out again when it is next asked, so that any number may live and none needs to be disposed of;
 * taking turns at every question would be slow.
 */
export class Evaluator {
  readonly network: RoundNetwork
  /** The assignment while another evaluator is loaded. */
  #aside: Assignment

  constructor(network: RoundNetwork, assignment?: Assignment) {
    this.network = network
    this.#aside = new Int32Array(network.clients).fill(SITS_OUT)
    if (assignment) this.reset(assignment)
  }

  /** λT + μΣE of the assignment as it stands, eq. (19a). */
  get cost(): number {
    this.#load()
    return machine.cost()
  }

  /** T, s, eq. (17). */
  get time(): number {
    this.#load()
    return machine.time()
  }

  /** ΣE, J. */
  get energy(): number {
    this.#load()
    return machine.energy()
  }

  /** Uplink and downlink rates of all clients together, bit/s. */
  get sumRate(): number {
    this.#load()
    return this.network.bandwidthHz * machine.efficiency()
  }

  /** By how much the latest candidate would change `sumRate`, bit/s; it must have been asked for without a limit. */
  get candidateSumRateChange(): number {
    return this.network.bandwidthHz * machine.candidateEfficiency()
  }

  /** The slot a client holds, or `SITS_OUT`. */
  slot(client: number): number {
    this.#check(client)
    return machine.slotOf(client)
  }

  /** Whether nobody holds a slot. */
  isFree(slot: number): boolean {
    this.#checkSlot(slot)
    return machine.isFree(slot) === 1
  }

  /** How many clients a server holds. */
  serverClients(server: number): number {
    this.#load()
    if (!(server >= 0 && server < this.network.servers)) throw new RangeError(`there is no server ${server}`)
    return machine.serverClients(server)
  }

  /** A copy of the assignment as it stands. */
  assignment(): Assignment {
    this.#load()
    return new Int32Array(machine.memory.buffer, machine.assignment(), this.network.clients).slice()
  }

  /** λT_n + μE_n of one client as the assignment stands; 0 where it sits out. */
  clientCost(client: number): number {
    this.#check(client)
    return machine.clientCost(client)
  }

  /** Takes another assignment, from scratch. */
  reset(assignment: Assignment): void {
    this.#load()
    for (const slot of assignment) if (slot !== SITS_OUT) this.#checkSlot(slot)
    machine.clear()
    this.#assign(assignment)
  }

  /** Cost after giving a client that sits out a slot; Infinity may stand for any cost from `limit` on. */
  costOfPlacing(client: number, slot: number, limit = Number.POSITIVE_INFINITY): number {
    return this.costOfMoving(client, slot, limit)
  }

  /** Cost after a client gives up its slot. */
  costOfRemoving(client: number): number {
    this.#check(client)
    return machine.costOfRemoving(client)
  }

  /** Cost after a client moves to another slot; Infinity may stand for any cost from `limit` on. */
  costOfMoving(client: number, slot: number, limit = Number.POSITIVE_INFINITY): number {
    this.#check(client)
    this.#checkSlot(slot)
    return machine.costOfMoving(client, slot, limit)
  }

  /**
   * Cost after two clients exchange their slots (one of them may sit out); Infinity may stand for any cost from
   * `limit` on.
   */
  costOfSwapping(first: number, second: number, limit = Number.POSITIVE_INFINITY): number {
    this.#check(first)
    this.#check(second)
    return machine.costOfSwapping(first, second, limit)
  }

  /**
   * The next free slot after `after` (-1 to begin with) to which moving or placing a client costs less than the limit;
   * `SITS_OUT` where there is none. It is the latest candidate then. Without a limit (Infinity) every free slot.
   */
  nextMove(client: number, after: number, limit: number): number {
    this.#check(client)
    return machine.nextMove(client, after, limit)
  }

  /**
   * The next client after `after` (-1 to begin with) with whom a client costs less than the limit once they exchange
   * their slots; `SITS_OUT` where there is none. It is the latest candidate then. Without a limit (Infinity) every
   * client in another slot; those that sit out are passed over.
   */
  nextSwap(client: number, after: number, limit: number): number {
    this.#check(client)
    return machine.nextSwap(client, after, limit)
  }

  /** Cost of the latest candidate that was worked out. */
  get candidateCost(): number {
    return machine.candidateCost()
  }

  /**
   * λT_n + μE_n that a client would have in the latest candidate; it must hold a slot there, and the candidate must
   * have been asked for without a limit.
   */
  candidateClientCost(client: number): number {
    this.#check(client)
    return machine.candidateClientCost(client)
  }

  /** Gives a client that sits out a slot. */
  place(client: number, slot: number): void {
    this.move(client, slot)
  }

  /** Takes a client's slot away. */
  remove(client: number): void {
    this.#check(client)
    machine.move(client, SITS_OUT)
  }

  /** Moves a client to another slot. */
  move(client: number, slot: number): void {
    this.#check(client)
    this.#checkSlot(slot)
    machine.move(client, slot)
  }

  /** Lets two clients exchange their slots. */
  swap(first: number, second: number): void {
    this.#check(first)
    this.#check(second)
    machine.swap(first, second)
  }

  /** Brings this evaluator into the machine's memory; the one that was there keeps its assignment. */
  #load(): void {
    if (loaded === this) return
    if (loaded) loaded.#aside = loaded.assignment()
    loadNetwork(this.network)
    loaded = this
    this.#assign(this.#aside)
  }

  #assign(assignment: Assignment): void {
    for (let client = 0; client < this.network.clients; client++) machine.assign(client, assignment[client])
    machine.settle()
  }

  /** Memory out of reach of a mistake: beyond an array's end there is another. */
  #check(client: number): void {
    if (loaded !== this) this.#load()
    if (!(client >= 0 && client < this.network.clients)) throw new RangeError(`there is no client ${client}`)
  }

  #checkSlot(slot: number): void {
    if (loaded !== this) this.#load()
    if (!(slot >= 0 && slot < this.network.servers * this.network.channels))
      throw new RangeError(`there is no slot ${slot}`)
  }
}
