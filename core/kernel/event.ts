import { KernelError } from './failure.js'
import type { Simulation } from './simulation.js'

/** Told when an event it waits for has been processed. */
export interface Waiter {
  notify(event: Event<unknown>): void
  /** Reads what will be needed when it is told, so that it is in the cache by then. */
  touch(): number
}

/** The place of an event among those of the same instant: the lower number goes first. */
export const Priority = { urgent: -1, normal: 0 } as const

const TRIGGERED = 1
const FAILED = 2
const DEFUSED = 4
/** Processed and failed: who asks now gets the error. */
const REJECTED = 8
// A timeout's state also holds its slot, plus one, above the flags: a field less keeps an event at 64 bytes.
const SLOT_SHIFT = 4

/**
 * Something that happens once: pending, then triggered (its outcome is known), then processed (those who wait know).
 *
 * A process waits for it with `const value = yield* event`. To make that cost next to nothing an event is its own
 * iterator and its own iterator result: `next()` returns the event, which is `done` once it has been processed.
 */
export class Event<T = void> implements Waiter {
  readonly simulation: Simulation
  /** Whether the event has been processed. */
  done: boolean
  /** What the event gives to those who wait, or the error it failed with; undefined while it is pending. */
  value: T
  private state: number
  #waiters: Waiter | Waiter[] | undefined

  constructor(simulation: Simulation) {
    this.simulation = simulation
    this.done = false
    this.value = undefined as T
    this.state = 0
    this.#waiters = undefined
  }

  /**
   * @internal An event that succeeds after a delay.
   *
   * Not a class of its own: V8 creates instances of derived classes out of line, which doubles what a timeout costs.
   */
  static timeout<T>(simulation: Simulation, delay: number, value: T): Event<T> {
    const event = new Event<T>(simulation)
    event.value = value
    event.state = ((simulation.enqueue(delay, event) + 1) << SLOT_SHIFT) | TRIGGERED
    return event
  }

  /** What error messages and traces call this event. */
  get label(): string {
    return this.slot < 0 ? 'event' : 'timeout'
  }

  /** @internal Where a timeout is scheduled; -1 for any other event. */
  get slot(): number {
    return (this.state >> SLOT_SHIFT) - 1
  }

  /** Whether the outcome is still open. */
  get pending(): boolean {
    return this.state === 0
  }

  /** Whether the outcome is known. */
  get triggered(): boolean {
    return this.state !== 0
  }

  /** Whether those who wait have been told. */
  get processed(): boolean {
    return this.done
  }

  get failed(): boolean {
    return (this.state & FAILED) !== 0
  }

  /** Whether somebody took care of the failure; otherwise it ends the run. */
  get defused(): boolean {
    return (this.state & DEFUSED) !== 0
  }

  /** Why the event failed, if it did. */
  get error(): unknown {
    return this.failed ? this.value : undefined
  }

  /** Triggers the event with a value; it is processed at this instant, after what is already due. */
  succeed(value: T, priority: number = Priority.normal): this {
    this.settle(value)
    this.simulation.schedule(0, this, priority)
    return this
  }

  /** Triggers the event with an error, which is thrown in the processes that wait for it. */
  fail(error: unknown, priority: number = Priority.normal): this {
    this.settle(error as T)
    this.state |= FAILED
    this.simulation.schedule(0, this, priority)
    return this
  }

  /** Withdraws a timeout, which then never happens; false if it already has, or if the event is no timeout. */
  cancel(): boolean {
    return this.slot >= 0 && !this.done && this.simulation.dequeue(this.slot, this)
  }

  /** Marks a failure, present or future, as taken care of, so that it does not end the run. */
  defuse(): this {
    this.onProcessed(() => {
      this.state |= DEFUSED
    })
    return this
  }

  /** Calls back when the event is processed, or at once if it has been. */
  onProcessed(callback: (event: this) => void): void {
    if (this.done) callback(this)
    else this.subscribe({ notify: () => callback(this), touch: () => 0 })
  }

  /** @internal Those who wait. */
  get waiters(): readonly Waiter[] {
    if (this.#waiters === undefined) return []
    return Array.isArray(this.#waiters) ? this.#waiters : [this.#waiters]
  }

  /** @internal Adds one who waits. */
  subscribe(waiter: Waiter): void {
    const waiters = this.#waiters
    if (waiters === undefined) this.#waiters = waiter
    else if (Array.isArray(waiters)) waiters.push(waiter)
    else this.#waiters = [waiters, waiter]
  }

  /** @internal Removes one who waits. */
  unsubscribe(waiter: Waiter): void {
    const waiters = this.#waiters
    if (waiters === waiter) this.#waiters = undefined
    else if (Array.isArray(waiters)) {
      const at = waiters.indexOf(waiter)
      if (at >= 0) waiters.splice(at, 1)
    }
  }

  /** @internal The error, of which the caller takes care. */
  takeError(): unknown {
    this.state |= DEFUSED
    return this.value
  }

  /** Takes over the outcome of another event, so that `other.subscribe(event)` chains the two. */
  notify(event: Event<unknown>): void {
    if (event.failed) this.fail(event.takeError())
    else this.succeed(event.value as T)
  }

  /** @internal See {@link Waiter}: here the one who waits, if it is one. */
  warm(): number {
    const waiters = this.#waiters
    return waiters === undefined || Array.isArray(waiters) ? 0 : waiters.touch()
  }

  /** @internal */
  touch(): number {
    return 0
  }

  /** @internal Processes the event; the simulation calls this when its time has come. */
  fire(): void {
    this.done = true
    const failed = (this.state & FAILED) !== 0
    if (failed) this.state |= REJECTED
    const waiters = this.#waiters
    if (waiters !== undefined) {
      this.#waiters = undefined
      if (Array.isArray(waiters)) for (const waiter of waiters) waiter.notify(this)
      else waiters.notify(this)
    }
    if (failed && !this.defused) this.simulation.raise(this.value, this)
  }

  /** @internal */
  [Symbol.iterator](): Iterator<Event<unknown>, T, unknown> {
    // Anybody else who iterates, with a spread or a deep comparison, would do so for ever.
    if (this.simulation.activeProcess === undefined) refuseIteration(this)
    return this as unknown as Iterator<Event<unknown>, T, unknown>
  }

  /** @internal Called twice for every wait, so small enough to be always inlined. */
  next(): this {
    return (this.state & REJECTED) === 0 ? this : this.throw(this.takeError())
  }

  /** @internal */
  throw(error: unknown): never {
    throw error
  }

  // Not a #method: those mark every instance, which costs a field and a call at creation.
  private settle(value: T): void {
    if (this.state !== 0) throw new KernelError(`${this.label} has already been triggered`)
    this.state = TRIGGERED
    this.value = value
  }
}

function refuseIteration(event: Event<unknown>): never {
  throw new KernelError(
    `${event.label}: an event is waited for with yield* in a process, and not iterated otherwise`,
  )
}
