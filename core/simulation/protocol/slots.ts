import type { Event, ProcessBody, Simulation } from '../../kernel/index.js'
import { type Assignment, SITS_OUT } from '../../network/assignment.js'

interface Waiting {
  readonly changed: Event
  /** Whether it could begin now. */
  readonly may: () => boolean
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
  readonly #holders = new Map<number, number>()
  /** In the order in which they came. */
  readonly #waiting = new Map<number, Waiting>()

  constructor(simulation: Simulation, clients: number) {
    this.#simulation = simulation
    this.#given = new Int32Array(clients).fill(SITS_OUT)
    this.held = new Int32Array(clients).fill(SITS_OUT)
  }

  /** The slots from now on; who holds another keeps it until it gives it back. */
  assign(given: Assignment): void {
    this.#given = given
    this.wakeAll()
  }

  holds(client: number): boolean {
    return this.held[client] !== SITS_OUT
  }

  /** Waits until a client may begin and its slot is free; then it holds it. False once it will not `ever` begin. */
  *take(client: number, may: () => boolean, ever: () => boolean): ProcessBody<boolean> {
    while (ever()) {
      // What it was handed it may have to pass on: it may have left at the same instant.
      if (this.holds(client) && !may()) this.giveBack(client)
      if (this.holds(client) || this.#hold(client, may)) return true
      const changed = this.#simulation.event()
      this.#waiting.set(client, { changed, may })
      yield* changed
    }
    if (this.holds(client)) this.giveBack(client)
    return false
  }

  /** Gives back what a client holds, to the first of those that wait for it and may begin. */
  giveBack(client: number): void {
    const slot = this.held[client]
    this.held[client] = SITS_OUT
    this.#holders.delete(slot)
    for (const [next, { may }] of this.#waiting) {
      if (this.#given[next] !== slot || !this.#hold(next, may)) continue
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

  /** Whether a client waits for a slot and was given none. */
  lacks(client: number): boolean {
    return this.#waiting.has(client) && !this.hasGiven(client)
  }

  wakeAll(): void {
    for (const client of [...this.#waiting.keys()]) this.wake(client)
  }

  /** Has a client that waits look again. */
  wake(client: number): void {
    const waiting = this.#waiting.get(client)
    if (!waiting) return
    this.#waiting.delete(client)
    waiting.changed.succeed()
  }

  #hold(client: number, may: () => boolean): boolean {
    const slot = this.#given[client]
    if (slot === SITS_OUT || this.#holders.has(slot) || !may()) return false
    this.#holders.set(slot, client)
    this.held[client] = slot
    return true
  }
}
