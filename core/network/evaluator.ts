import { power } from '../kernel/power.js'
import type { RandomStream } from '../kernel/random-stream.js'
import { exponentialTable } from '../kernel/ziggurat.js'
import { SITS_OUT } from './assignment.js'
import type { EvaluatorExports, EvaluatorInstance } from './evaluator-instance.js'
import { loadJoint, ownPrices, writeChoice } from './evaluator-memory.js'
import { type ClientChoice, JointClients } from './joint-clients.js'
import { SlotEvaluator, wordAt } from './slot-evaluator.js'

/** How simulated annealing cools down. */
export interface AnnealingSchedule {
  /** Changes proposed. */
  readonly steps: number
  /** Share of the cost by which the first proposals may raise it; the same for the last. */
  readonly initialTemperature: number
  readonly finalTemperature: number
}

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
 * answered with Infinity, without being worked out; `nextMove` and `nextSwap` go from one below it to the next. What
 * begins with `candidate` tells more of the latest candidate, if no limit cut it short and nothing was changed since.
 * Slots may be shared (C5 is the caller's to keep; `isFree` tells). A client or slot that there is not throws a
 * `RangeError`.
 *
 * The work is done in WebAssembly (`assembly/`), in an instance whose memory holds one evaluator at a time. The
 * assignments of the others are parked, and evaluated again when they are next asked, so any number may live and none needs
 * disposing of.
 */
export class Evaluator extends SlotEvaluator {
  /** Cost after a client does otherwise than it does: takes another slot, power, clock, share, …; nobody else does. */
  costOfChoosing(client: number, choice: ClientChoice): number {
    const { machine, instance, joint } = this.#jointFor(client, choice)
    joint.apply(client, choice)
    if (joint.lacksRow(client)) {
      joint.back(client)
      this.#reload()
      joint.apply(client, choice)
    }
    writeChoice(instance, joint, client)
    joint.back(client)
    return machine.costOfChoosing(client, choice.slot ?? machine.slotOf(client))
  }

  /** Has a client do otherwise than it does. */
  choose(client: number, choice: ClientChoice): void {
    const { machine, instance, joint } = this.#jointFor(client, choice)
    joint.apply(client, choice)
    if (joint.lacksRow(client)) {
      joint.back(client)
      this.#reload()
      joint.apply(client, choice)
    }
    writeChoice(instance, joint, client)
    machine.choose(client, choice.slot ?? machine.slotOf(client))
  }

  // Whole searches by the system cost, which cost no call a candidate.

  /** Gives each of these clients in turn, none of whom holds a slot, the free slot of least cost, while there are any. */
  placeInTurn(clients: readonly number[]): void {
    this.#machineWith(clients).placeInTurn(clients.length)
  }

  /** Places, one after the other, the client and free slot of least cost, until all are served or no slot is free. */
  placeGreedily(clients: readonly number[]): void {
    this.#machineWith(clients).placeGreedily(clients.length)
  }

  /**
   * Carries out changes that lower the cost by more than rounding until there is none: two-sided exchange stability.
   *
   * Sweeps over the clients; each may move to a free slot (where `emptySlots`) or exchange slots with one of a higher
   * number, and the first change that gains is carried out at once. Returns how many were, in at most so many sweeps.
   * `near`, 1 for each client and server close to it, N×M, keeps moves to such servers, and exchanges to those by which one of the
   * two comes to one.
   */
  exchangeUntilStable(
    clients: readonly number[],
    emptySlots: boolean,
    sweeps: number,
    near?: Uint8Array,
  ): number {
    const machine = this.#machineWith(clients)
    if (near) {
      const { clients: count, servers } = this.network
      if (near.length !== count * servers)
        throw new RangeError(`near has ${near.length} links, not ${count} × ${servers}`)
      const { buffer } = (this.instance as EvaluatorInstance).words
      new Uint8Array(buffer, machine.nearList(), near.length).set(near)
    }
    return machine.exchangeUntilStable(clients.length, emptySlots ? 1 : 0, sweeps, near ? 1 : 0)
  }

  /**
   * Proposes random moves to free slots and exchanges among these clients under a temperature that falls geometrically
   * (simulated annealing, Kirkpatrick et al., 1983), and leaves the best assignment met.
   *
   * Temperatures are shares of the cost to begin with.
   */
  anneal(
    clients: readonly number[],
    { steps, initialTemperature, finalTemperature }: AnnealingSchedule,
    random: RandomStream,
  ): void {
    const machine = this.#machineWith(clients)
    if (clients.length === 0) return
    const { words, reals } = this.instance as EvaluatorInstance
    const state = words.subarray(wordAt(machine.randomState()), wordAt(machine.randomState()) + 4)
    state.set(random.save())
    const { edge, height, tail } = exponentialTable
    const table = machine.exponentialTable() / Float64Array.BYTES_PER_ELEMENT
    reals.set(edge, table)
    reals.set(height, table + edge.length)
    const cooling = power(finalTemperature / initialTemperature, 1 / Math.max(1, steps))
    const best = machine.anneal(clients.length, steps, initialTemperature, cooling, tail)
    random.restore(Uint32Array.from(state))
    this.reset(this.copy(best))
  }

  /** The machine, with these clients listed for a search. */
  #machineWith(clients: readonly number[]): EvaluatorExports {
    const { length } = clients
    if (length > this.network.clients) throw new RangeError(`${length} are not all different clients`)
    const machine = this.machine()
    const { words } = this.instance as EvaluatorInstance
    const list = wordAt(machine.list())
    for (let i = 0; i < length; i++) {
      this.checkClient(clients[i])
      words[list + i] = clients[i]
    }
    return machine
  }

  /** The machine that knows more than slots, for a choice of a client. */
  #jointFor(client: number, choice: ClientChoice) {
    this.checkClient(client)
    if (choice.slot !== undefined && choice.slot !== SITS_OUT) this.checkSlot(choice.slot)
    if (!this.joint) {
      const joint = new JointClients(this.network, undefined, ownPrices(this.network))
      joint.begins(choice)
      // The instance of slots alone goes on to others.
      this.parked = this.instance?.holder === this ? this.assignment() : this.parked
      if (this.instance?.holder === this) this.instance.holder = undefined
      this.instance = undefined
      this.joint = joint
    } else if (this.joint.begins(choice)) this.#reload()
    const machine = this.machine()
    return { machine, instance: this.instance as EvaluatorInstance, joint: this.joint }
  }

  /** Works everything out anew, for what memory holds has no room for more. */
  #reload(): void {
    const instance = this.instance
    if (instance?.holder !== this || !this.joint) return
    const assignment = this.assignment()
    loadJoint(instance, this.network, this.joint)
    this.assign(instance, assignment)
  }
}
