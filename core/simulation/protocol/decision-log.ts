import type { Assignment } from '../../network/assignment.js'
import { int32, noValues, statePart } from '../../plugin/state-part.js'

/** The decisions of a run, in order: what a world of processes follows from, beside the scenario and its seed. */
export class DecisionLog {
  readonly #clients: number
  #decisions: Assignment[] = []
  /** Those from here on have not been taken again yet. */
  #next = 0

  constructor(clients: number) {
    this.#clients = clients
  }

  /** Whether what happens now has happened before, and was decided then. */
  get replaying(): boolean {
    return this.#next < this.#decisions.length
  }

  /** The next decision of those that were made before. */
  again(): Assignment {
    return this.#decisions[this.#next++]
  }

  add(assignment: Assignment): void {
    this.#decisions.push(assignment.slice())
    this.#next = this.#decisions.length
  }

  /** All of them one behind the other, length decisions × N; restored to be taken again, from the first. */
  readonly state = statePart({
    values: noValues,
    arrays: { decisions: int32() },
    save: () => {
      const decisions = new Int32Array(this.#decisions.length * this.#clients)
      for (const [i, decision] of this.#decisions.entries()) decisions.set(decision, i * this.#clients)
      return { values: {}, arrays: { decisions } }
    },
    check: ({ arrays: { decisions } }) =>
      decisions.length % this.#clients === 0
        ? undefined
        : `array decisions: expected a multiple of ${this.#clients}, found ${decisions.length}`,
    restore: ({ arrays: { decisions } }) => {
      this.#next = 0
      this.#decisions = Array.from({ length: decisions.length / this.#clients }, (_, i) =>
        decisions.slice(i * this.#clients, (i + 1) * this.#clients),
      )
    },
  })
}
