import { Event } from './event.js'
import type { EventHandle } from './event-queue.js'
import { KernelError } from './failure.js'
import type { Simulation } from './simulation.js'

/**
 * An amount of work that is done at a rate which may change at any time; it succeeds when all of it is done.
 *
 * With a rate that never changes it ends at exactly start + amount / rate.
 */
export class Flow extends Event {
  readonly amount: number
  #remaining: number
  #rate = 0
  #since: number
  #handle: EventHandle | undefined = undefined
  #cancelled = false

  constructor(simulation: Simulation, amount: number, rate = 0) {
    super(simulation)
    if (!(amount >= 0 && amount < Infinity)) {
      throw new KernelError(`an amount of work is a finite number and at least 0, not ${amount}`)
    }
    this.amount = amount
    this.#remaining = amount
    this.#since = simulation.now
    this.setRate(rate)
  }

  override get label(): string {
    return 'flow'
  }

  get rate(): number {
    return this.#rate
  }

  /** What is left to do at this moment. */
  get remaining(): number {
    if (!this.pending || this.#cancelled) return this.#remaining
    return Math.max(0, this.#remaining - this.#rate * (this.simulation.now - this.#since))
  }

  /** Goes on at another rate from now on; at 0 it stands still. */
  setRate(rate: number): void {
    if (!(rate >= 0 && rate < Infinity)) {
      throw new KernelError(`a rate is a finite number and at least 0, not ${rate}`)
    }
    // Setting the same rate again must not round the time at which the work ends.
    if (!this.pending || this.#cancelled || (rate === this.#rate && this.#handle !== undefined)) return
    const simulation = this.simulation
    this.#remaining = this.remaining
    this.#since = simulation.now
    this.#rate = rate
    const end = this.#remaining === 0 ? simulation.now : simulation.now + this.#remaining / rate
    if (!(end < Infinity)) {
      if (this.#handle !== undefined) simulation.cancel(this.#handle)
      this.#handle = undefined
    } else if (this.#handle === undefined) this.#handle = simulation.scheduleAt(end, () => this.#finish())
    else this.#handle = simulation.reschedule(this.#handle, end)
  }

  /** Gives up what is left; the flow never succeeds. False if it has. */
  override cancel(): boolean {
    if (!this.pending || this.#cancelled) return false
    this.setRate(0)
    if (this.#handle !== undefined) this.simulation.cancel(this.#handle)
    this.#handle = undefined
    this.#cancelled = true
    return true
  }

  #finish(): void {
    this.#remaining = 0
    this.#handle = undefined
    this.succeed()
  }
}
