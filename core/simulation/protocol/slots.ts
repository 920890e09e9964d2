import type { Event, ProcessBody, Simulation } from '../../kernel/index.js'
import { type Assignment, SITS_OUT } from '../../network/assignment.js'
import { Holdings } from './holdings.js'

/** Who may hold a slot. */
export interface Candidates {
  /** Whether a client could begin now. */
  may(client: number): boolean
  /** Whether it can begin now or later. */
  ever(client: number): boolean
}

/**
 * Who holds which slot, and who waits for one: a client takes the slot that the latest decision gave it as soon as whoever
 * holds it has given it back, first come first served.
 */
export class Slots {
  readonly #simulation: Simulation
  /** Of the latest decision, length N. */
  #given: Assignment
  /** What each client holds, `SITS_OUT` for nothing; length N. */
  readonly held: Int32Array
  readonly #holdings: Holdings
  /** In the order in which they came. */
  readonly #waiting = new Map<number, Event>()
  /** When a client that waits began or last looked, in the order of all that share the slots; length N. */
  readonly #places: Float64Array
  protected readonly candidates: Candidates

  /** Of slots that others may hold, too, where `holdings` are given. */
  constructor(
    simulation: Simulation,
    clients: number,
    candidates: Candidates,
    holdings: Holdings = new Holdings(clients),
  ) {
    this.#simulation = simulation
    this.candidates = candidates
    this.#given = new Int32Array(clients).fill(SITS_OUT)
    this.#holdings = holdings
    this.held = holdings.held
    this.#places = new Float64Array(clients)
    holdings.join(this)
  }

  /** The slots from now on; who holds another keeps it until it gives it back. */
  assign(given: Assignment): void {
    this.#given = given
    this.wakeAll()
  }

  holds(client: number): boolean {
    return this.held[client] !== SITS_OUT
  }

  /** Waits until a client may begin and its slot is free; then it holds it. False once it will not ever begin. */
  *take(client: number): ProcessBody<boolean> {
    const { may, ever } = this.candidates
    while (ever(client)) {
      // What it was handed it may have to pass on: it may have left at the same instant.
      if (this.holds(client) && !may(client)) this.giveBack(client)
      if (this.holds(client) || this.#hold(client)) return true
      const changed = this.#simulation.event()
      this.#waiting.set(client, changed)
      this.#places[client] = this.#holdings.nextPlace()
      this.onWait(client)
      yield* changed
    }
    if (this.holds(client)) this.giveBack(client)
    return false
  }

  /** Gives back what a client holds, to the first of those that wait for it and may begin. */
  giveBack(client: number): void {
    const slot = this.#holdings.release(client)
    this.onGiveBack(client)
    this.#holdings.pass(slot, this)
  }

  /** When the first of those began to wait that wait for a slot and may begin; Infinity where nobody does. */
  firstPlace(slot: number): number {
    for (const [client] of this.#waiting)
      if (this.#given[client] === slot && this.candidates.may(client)) return this.#places[client]
    return Infinity
  }

  /** Hands a slot that is free to the first of those that wait for it and may begin. */
  handOver(slot: number): void {
    for (const next of this.#waiting.keys()) {
      if (this.#given[next] !== slot || !this.#hold(next)) continue
      this.wake(next)
      return
    }
  }

  /** The slot that the latest decision gave a client, `SITS_OUT` for none. */
  given(client: number): number {
    return this.#given[client]
  }

  /** Whether the latest decision gave a client a slot. */
  hasGiven(client: number): boolean {
    return this.#given[client] !== SITS_OUT
  }

  /** Whether somebody may begin, waits for a slot and was given none. */
  get anybodyLacks(): boolean {
    for (const client of this.#waiting.keys())
      if (!this.hasGiven(client) && this.candidates.may(client)) return true
    return false
  }

  /** Whether a client waits for a slot and was given none. */
  lacks(client: number): boolean {
    return this.#waiting.has(client) && !this.hasGiven(client)
  }

  wakeAll(): void {
    for (const client of [...this.#waiting.keys()]) this.wake(client)
  }

  /** Has a client that waits look again. */
  wake(client: number): void {
    const changed = this.#waiting.get(client)
    if (!changed) return
    this.#waiting.delete(client)
    changed.succeed()
  }

  #hold(client: number): boolean {
    const slot = this.#given[client]
    if (slot === SITS_OUT || this.#holdings.isHeld(slot) || !this.candidates.may(client)) return false
    this.#holdings.hold(client, slot)
    this.onHold(client)
    return true
  }

  /** Those that wait, in the order in which they began or last looked. */
  protected get waitingClients(): number[] {
    return [...this.#waiting.keys()]
  }

  /** What a client is to hold from now on. */
  protected give(client: number, slot: number): void {
    this.#given[client] = slot
  }

  protected onWait(_client: number): void {}
  protected onHold(_client: number): void {}
  protected onGiveBack(_client: number): void {}

  /** Somebody else who shares the slots has given one back. */
  onOthersGiveBack(): void {}

  /** How many clients hold a slot, whoever shares them. */
  protected get holding(): number {
    return this.#holdings.count
  }
}
