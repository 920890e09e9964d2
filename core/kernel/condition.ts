import { Event } from './event.js'
import { KernelError } from './failure.js'
import { Occurred } from './occurred.js'
import type { Simulation } from './simulation.js'
import type { Waiter } from './waiter.js'

/** What an event gives to those who wait for it. */
export type ValueOf<E> = E extends Event<infer T> ? T : never

/**
 * Succeeds once enough of its events have, and fails with the first of them that fails before.
 *
 * When the last of those who waited for it has gone, it rests: it leaves its events, so that conditions made turn by turn
 * do not pile up at events that never happen. It looks at them again when somebody waits for it or looks at it.
 */
export abstract class Condition<E extends readonly Event<unknown>[], V> extends Event<V> {
  readonly events: E
  /** Each of the events once. */
  readonly #sources: readonly Event<unknown>[]
  /** How many of the events have succeeded, one that was given twice counted twice. */
  #count = 0

  constructor(simulation: Simulation, events: E) {
    super(simulation)
    for (const event of events) checkEvent(event, simulation)
    this.events = events
    const distinct = new Set(events)
    this.#sources = distinct.size === events.length ? events : [...distinct]
  }

  /** Which of its events, those of nested conditions included, have succeeded by now. */
  get occurred(): Occurred<E> {
    return new Occurred(this.events)
  }

  /** Whether so many of the events are enough. */
  protected abstract met(count: number): boolean

  /** What it succeeds with. */
  protected abstract result(): V

  /** To be called at the end of the constructor. */
  protected begin(): void {
    const decisive = this.#decisive()
    if (decisive === this) this.succeed(this.result())
    else {
      this.#attach()
      if (decisive !== undefined) this.fail(decisive.takeError())
    }
  }

  override subscribe(waiter: Waiter): void {
    super.subscribe(waiter)
    if (!this.resting) return
    this.resting = false
    this.#attach()
  }

  override unsubscribe(waiter: Waiter): void {
    super.unsubscribe(waiter)
    if (this.resting || !this.pending || this.waiters.length > 0) return
    this.#detach()
    this.resting = true
  }

  override notify(event: Event<unknown>): void {
    if (this.resting) return
    // It stays with its events until its own failure has been processed: what else fails at that instant is its waiters'.
    if (event.failed) {
      const error = event.takeError()
      if (this.pending) this.fail(error)
      return
    }
    if (!this.pending) return
    this.#count += this.#timesGiven(event)
    let met: boolean
    try {
      met = this.met(this.#count)
    } catch (error) {
      this.fail(error)
      return
    }
    if (!met) return
    this.#detach()
    this.succeed(this.result())
  }

  override fire(): void {
    if (this.failed) this.#detach()
    super.fire()
  }

  protected override look(): boolean {
    try {
      const decisive = this.#decisive()
      if (decisive === undefined) return false
      if (decisive === this) this.settleQuietly(this.result(), false)
      else this.settleQuietly(decisive.takeError(), true)
    } catch (error) {
      this.settleQuietly(error, true)
    }
    return true
  }

  /** Counts what has happened: itself if that is enough, the event that failed before it was, else undefined. */
  #decisive(): Event<unknown> | undefined {
    this.#count = 0
    if (this.met(0)) return this
    for (const event of this.events) {
      if (!event.processed) continue
      if (event.failed) return event
      if (this.met(++this.#count)) return this
    }
    return undefined
  }

  #timesGiven(event: Event<unknown>): number {
    if (this.#sources.length === this.events.length) return 1
    return this.events.filter((other) => other === event).length
  }

  #attach(): void {
    for (const event of this.#sources) if (!event.processed) event.subscribe(this)
  }

  #detach(): void {
    for (const event of this.#sources) event.unsubscribe(this)
  }
}

/** Succeeds with the values of all its events, in their order, once every one of them has succeeded. */
export class AllOf<E extends readonly Event<unknown>[]> extends Condition<
  E,
  { [K in keyof E]: ValueOf<E[K]> }
> {
  constructor(simulation: Simulation, events: E) {
    super(simulation, events)
    this.begin()
  }

  override get label(): string {
    return `allOf(${labelsOf(this.events)})`
  }

  protected override met(count: number): boolean {
    return count === this.events.length
  }

  protected override result(): { [K in keyof E]: ValueOf<E[K]> } {
    return this.events.map((event) => event.value) as { [K in keyof E]: ValueOf<E[K]> }
  }
}

/** Succeeds as soon as one of its events has; with none, at once. */
export class AnyOf<E extends readonly Event<unknown>[]> extends Condition<E, Occurred<E>> {
  constructor(simulation: Simulation, events: E) {
    super(simulation, events)
    this.begin()
  }

  override get label(): string {
    return `anyOf(${labelsOf(this.events)})`
  }

  protected override met(count: number): boolean {
    return count > 0 || this.events.length === 0
  }

  protected override result(): Occurred<E> {
    return this.occurred
  }
}

/** Whether enough of some events has happened, given them and how many of them have succeeded. */
export type Evaluate<E extends readonly Event<unknown>[]> = (events: E, count: number) => boolean

/** Succeeds as soon as a function of its events says so; that is asked at first, and whenever one of them has succeeded. */
export class CustomCondition<E extends readonly Event<unknown>[]> extends Condition<E, Occurred<E>> {
  readonly #evaluate: Evaluate<E>

  constructor(simulation: Simulation, events: E, evaluate: Evaluate<E>) {
    super(simulation, events)
    this.#evaluate = evaluate
    this.begin()
  }

  override get label(): string {
    return `condition(${labelsOf(this.events)})`
  }

  protected override met(count: number): boolean {
    return this.#evaluate(this.events, count)
  }

  protected override result(): Occurred<E> {
    return this.occurred
  }
}

function labelsOf(events: readonly Event<unknown>[]): string {
  return events.map((event) => event.label).join(', ')
}

function checkEvent(event: unknown, simulation: Simulation): void {
  if (!(event instanceof Event))
    throw new KernelError(`a condition is made of events, not of ${String(event)}`)
  if (event.simulation !== simulation) {
    throw new KernelError(`a condition cannot wait for ${event.label}, which belongs to another simulation`)
  }
}
