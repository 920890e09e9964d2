import { Condition } from './condition.js'
import type { Event } from './event.js'

/**
 * Which of the events of a condition had succeeded, and with what: a read-only dictionary from events to values.
 *
 * Its entries are the plain events, those that nested conditions wait for included, in the order they were given; `has`
 * and `get` know the nested conditions as well.
 */
export class Occurred<E extends readonly Event<unknown>[]> implements Iterable<[Event<unknown>, unknown]> {
  /** Those of the condition's own events that had succeeded by then, in the order they were given. */
  readonly events: readonly E[number][]
  /** Those of nested conditions as well. */
  readonly #all: readonly Event<unknown>[]

  /** Takes down what has succeeded by now. */
  constructor(given: readonly E[number][]) {
    this.events = given.filter(hasSucceeded)
    this.#all = given.some(isCondition) ? given.flatMap(withNested).filter(hasSucceeded) : this.events
  }

  /** The first of {@link events}. */
  get first(): E[number] {
    return this.events[0]
  }

  /** How many plain events have succeeded. */
  get size(): number {
    return this.toMap().size
  }

  /** Whether that event is among those that have occurred. */
  has(event: Event<unknown>): boolean {
    return this.#all.includes(event)
  }

  /** The value of an event that has occurred; undefined for any other. */
  get<T>(event: Event<T>): T | undefined {
    return this.has(event) ? event.value : undefined
  }

  keys(): IterableIterator<Event<unknown>> {
    return this.toMap().keys()
  }

  values(): IterableIterator<unknown> {
    return this.toMap().values()
  }

  entries(): IterableIterator<[Event<unknown>, unknown]> {
    return this.toMap().entries()
  }

  [Symbol.iterator](): IterableIterator<[Event<unknown>, unknown]> {
    return this.entries()
  }

  /** The same as a map of one's own. */
  toMap(): Map<Event<unknown>, unknown> {
    return new Map(this.#all.filter((event) => !isCondition(event)).map((event) => [event, event.value]))
  }
}

function withNested(event: Event<unknown>): readonly Event<unknown>[] {
  return isCondition(event) ? [event, ...event.events.flatMap(withNested)] : [event]
}

function isCondition(event: Event<unknown>): event is Condition<readonly Event<unknown>[], unknown> {
  return event instanceof Condition
}

function hasSucceeded(event: Event<unknown>): boolean {
  return event.processed && !event.failed
}
