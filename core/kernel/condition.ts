import { Event } from './event.js'
import type { Simulation } from './simulation.js'

/** What an event gives to those who wait for it. */
export type ValueOf<E> = E extends Event<infer T> ? T : never

/** Succeeds with the values of all its events, in their order, once every one of them has succeeded. */
export class AllOf<E extends readonly Event<unknown>[]> extends Event<{ [K in keyof E]: ValueOf<E[K]> }> {
  readonly events: E
  #missing = 0

  constructor(simulation: Simulation, events: E) {
    super(simulation)
    this.events = events
    for (const event of events) {
      if (event.processed && event.failed) {
        this.notify(event)
        return
      }
      if (!event.processed) this.#missing++
    }
    if (this.#missing === 0) this.succeed(this.#values())
    else for (const event of events) if (!event.processed) event.subscribe(this)
  }

  override get label(): string {
    return `allOf(${this.events.map((event) => event.label).join(', ')})`
  }

  override notify(event: Event<unknown>): void {
    if (event.failed) {
      detach(this, this.events)
      this.fail(event.takeError())
    } else if (--this.#missing === 0) this.succeed(this.#values())
  }

  #values(): { [K in keyof E]: ValueOf<E[K]> } {
    return this.events.map((event) => event.value) as { [K in keyof E]: ValueOf<E[K]> }
  }
}

/** Which of the events of an {@link AnyOf} had happened when it succeeded. */
export class Occurred<E extends readonly Event<unknown>[]> {
  /** The events that had been processed by then, in the order they were given. */
  readonly events: readonly E[number][]

  constructor(events: readonly E[number][]) {
    this.events = events
  }

  /** The first of them, in the order they were given. */
  get first(): E[number] {
    return this.events[0]
  }

  /** Whether that event is among those that have occurred. */
  has(event: Event<unknown>): boolean {
    return this.events.includes(event)
  }
}

/** Succeeds as soon as one of its events has; with none, at once. */
export class AnyOf<E extends readonly Event<unknown>[]> extends Event<Occurred<E>> {
  readonly events: E

  constructor(simulation: Simulation, events: E) {
    super(simulation)
    this.events = events
    const happened = events.find((event) => event.processed)
    if (happened !== undefined) this.notify(happened)
    else if (events.length === 0) this.succeed(new Occurred<E>([]))
    else for (const event of events) event.subscribe(this)
  }

  override get label(): string {
    return `anyOf(${this.events.map((event) => event.label).join(', ')})`
  }

  override notify(event: Event<unknown>): void {
    detach(this, this.events)
    if (event.failed) this.fail(event.takeError())
    else this.succeed(new Occurred<E>(this.events.filter((other) => other.processed && !other.failed)))
  }
}

function detach(waiter: Event<unknown>, events: readonly Event<unknown>[]): void {
  for (const event of events) event.unsubscribe(waiter)
}
