import { KernelError } from './failure.js'
import type { Simulation } from './simulation.js'

/** Told when an event it waits for has been processed. */
export interface Waiter {
  notify(event: Event<unknown>): void
}

/** The place of an event in time: due before, with or after others at the same instant. */
export const Priority = { urgent: -1, normal: 0 } as const

export const PENDING = 0
export const TRIGGERED = 1
export const PROCESSED = 2

/**
 * Something that happens once: pending, then triggered (its outcome is known), then processed (those who wait know).
 *
 * A process waits for it with `const value = yield* event`. To make that cost next to nothing, an event is its own
 * iterator and iterator result: `next()` returns the event, which is `done` as soon as it has been processed.
 */
export class Event<T = void> implements Waiter {
  readonly simulation: Simulation
  /** Whether the event has been processed. */
  done = false
  /** What the event gives to those who wait; undefined until it succeeds. */
  value: T = undefined as T
  /** @internal */
  state = PENDING
  /** Why the event failed. */
  error: unknown = undefined
  /** Whether the event failed. */
  failed = false
  /** Whether somebody took care of the failure; otherwise it ends the run. */
  defused = false
  #waiter: Waiter | undefined = undefined
  #others: Waiter[] | undefined = undefined

  constructor(simulation: Simulation) {
    this.simulation = simulation
  }

  /** What error messages and traces call this event. */
  get label(): string {
    return 'event'
  }

  get pending(): boolean {
    return this.state === PENDING
  }

  get triggered(): boolean {
    return this.state !== PENDING
  }

  get processed(): boolean {
    return this.done
  }

  /** Triggers the event with a value: it is processed at the present instant, after what is already due. */
  succeed(value: T, priority: number = Priority.normal): this {
    this.#trigger()
    this.value = value
    this.simulation.schedule(0, this, priority)
    return this
  }

  /** Triggers the event with an error, which is thrown in the processes that wait for it. */
  fail(error: unknown, priority: number = Priority.normal): this {
    this.#trigger()
    this.error = error
    this.failed = true
    this.simulation.schedule(0, this, priority)
    return this
  }

  /** Marks a failure as taken care of, so that it does not end the run. */
  defuse(): this {
    this.defused = true
    return this
  }

  /** Calls back once the event has been processed. */
  onProcessed(callback: (event: this) => void): void {
    this.subscribe({ notify: () => callback(this) })
  }

  /** @internal */
  subscribe(waiter: Waiter): void {
    if (this.done) throw new KernelError(`${this.label} has already been processed`)
    if (this.#waiter === undefined && this.#others === undefined) this.#waiter = waiter
    else if (this.#others === undefined) this.#others = [waiter]
    else this.#others.push(waiter)
  }

  /** @internal */
  unsubscribe(waiter: Waiter): void {
    if (this.#waiter === waiter) this.#waiter = undefined
    else if (this.#others !== undefined) {
      const at = this.#others.indexOf(waiter)
      if (at >= 0) this.#others.splice(at, 1)
    }
  }

  /** Copies the outcome of another event, so that `other.subscribe(event)` chains the two. */
  notify(event: Event<unknown>): void {
    if (event.failed) {
      event.defused = true
      this.fail(event.error)
    } else this.succeed(event.value as T)
  }

  /** @internal Processes the event; the kernel calls this when its time has come. */
  fire(): void {
    this.state = PROCESSED
    this.done = true
    const waiter = this.#waiter
    const others = this.#others
    this.#waiter = undefined
    this.#others = undefined
    if (waiter !== undefined) waiter.notify(this)
    if (others !== undefined) for (const other of others) other.notify(this)
    if (this.failed && !this.defused) this.simulation.raise(this.error, this)
  }

  [Symbol.iterator](): Iterator<Event<unknown>, T, unknown> {
    return this as unknown as Iterator<Event<unknown>, T, unknown>
  }

  /** @internal */
  next(): this {
    if (this.done && this.failed) {
      this.defused = true
      throw this.error
    }
    return this
  }

  /** @internal */
  throw(error: unknown): never {
    throw error
  }

  #trigger(): void {
    if (this.state !== PENDING) throw new KernelError(`${this.label} has already been triggered`)
    this.state = TRIGGERED
  }
}

/** An event that succeeds after a delay. */
export class Timeout<T = void> extends Event<T> {
  readonly delay: number

  constructor(simulation: Simulation, delay: number, value: T) {
    super(simulation)
    this.delay = delay
    this.state = TRIGGERED
    this.value = value
    simulation.schedule(delay, this)
  }

  override get label(): string {
    return `timeout(${this.delay})`
  }
}
