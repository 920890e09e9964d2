import type { Event, ProcessBody, Simulation } from '../../kernel/index.js'
import { SITS_OUT } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import { Holdings, shareIn } from './holdings.js'

/** Who may hold a slot. */
export interface Candidates {
  /** Whether a client could begin now. */
  may(client: number): boolean
  /** Whether it can begin now or later. */
  ever(client: number): boolean
}

/**
 * Who holds which slot, and who waits for one: a client takes the slot that the latest decision gave it, or the share of it, as soon as
 * whoever holds it has given it back, first come first served.
 */
export class Slots {
  readonly #simulation: Simulation
  /** What each client was given latest, `SITS_OUT` for nothing, and by which decision; length N. */
  readonly #given: Int32Array
  readonly #givenBy: (Decision | undefined)[]
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
    this.#givenBy = new Array<Decision | undefined>(clients).fill(undefined)
    this.#holdings = holdings
    this.held = holdings.held
    this.#places = new Float64Array(clients)
    holdings.join(this)
  }

  /** The slots from now on; who holds another keeps it until it gives it back. */
  assign(decision: Decision): void {
    this.#given.set(decision.assignment)
    this.#givenBy.fill(decision)
    this.wakeAll()
  }

  /** What was decided for a client beside the slot that it holds, or held last. */
  decisionOf(client: number): Decision {
    return this.#holdings.decisionOf(client)
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
      if (this.holds(client) || this.#tryToHold(client)) return true
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

  /** Hands a slot that is free to the first of those that wait for it and may begin, and where it is shared to those behind whom it has room for. */
  handOver(slot: number): void {
    for (const next of this.#waiting.keys()) {
      if (this.#given[next] !== slot || !this.candidates.may(next)) continue
      const decision = this.#givenBy[next]!
      if (!this.#holdings.fits(next, slot, shareIn(decision, next))) return
      this.#hold(next, slot, decision)
      this.wake(next)
      if (!decision.share) return
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

  /** Who may begin, waits for a slot and is given none by what was decided; undefined where there is nobody. */
  leftOutBy({ assignment }: Decision): number | undefined {
    for (const client of this.#waiting.keys())
      if (assignment[client] === SITS_OUT && this.candidates.may(client)) return client
    return undefined
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

  #tryToHold(client: number): boolean {
    const slot = this.#given[client]
    if (slot === SITS_OUT) return false
    const decision = this.#givenBy[client]!
    if (!this.#holdings.fits(client, slot, shareIn(decision, client)) || !this.candidates.may(client))
      return false
    // Who needs less of a slot does not get it before those who came first.
    if (decision.share && this.firstPlace(slot) < Infinity) return false
    this.#hold(client, slot, decision)
    return true
  }

  #hold(client: number, slot: number, decision: Decision): void {
    this.#holdings.hold(client, slot, decision)
    this.onHold(client)
  }

  /** Those that wait, in the order in which they began or last looked. */
  protected get waitingClients(): number[] {
    return [...this.#waiting.keys()]
  }

  /** What a client is to hold from now on, and what was decided for it beside. */
  protected give(client: number, slot: number, decision?: Decision): void {
    this.#given[client] = slot
    this.#givenBy[client] = decision
  }

  protected onWait(_client: number): void {}
  protected onHold(_client: number): void {}
  protected onGiveBack(_client: number): void {}

  /** Somebody else who shares the slots has given one back. */
  onOthersGiveBack(): void {}

  /** Who holds and was promised which slot, whoever shares them. */
  protected get holdings(): Holdings {
    return this.#holdings
  }
}
