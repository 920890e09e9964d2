import type { Event } from './event.js'

/** Told when an event it waits for has been processed. */
export interface Waiter {
  notify(event: Event<unknown>): void
  /** @internal Reads what will be needed when it is told, so that it is in the cache by then. */
  touch(): number
}

/** Tells all of them, also when one of them throws: the others go on when the simulation does. */
export function notifyAll(waiters: readonly Waiter[], event: Event<unknown>): void {
  const errors: unknown[] = []
  for (const waiter of waiters) {
    try {
      waiter.notify(event)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) {
    throw new AggregateError(errors, `${errors.length} callbacks failed: ${errors.map(messageOf).join('; ')}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
