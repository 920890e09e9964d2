import { Event } from './event.js'
import { KernelError } from './failure.js'
import type { ProcessBody } from './process.js'

/**
 * An event that what it was asked of makes happen, a resource, a container or a store, and nobody else.
 *
 * With `using claim = store.get()`, or in {@link use}, it is given up when the scope ends, however that ends.
 */
export abstract class Claim<T> extends Event<T> implements Disposable {
  /** Stops waiting; false if the claim has been met already. */
  abstract override cancel(): boolean

  /** For the end of a `try`, whatever happened in it: stops waiting if the claim has not been met. */
  leave(): void {
    this.cancel()
  }

  [Symbol.dispose](): void {
    this.leave()
  }

  /** Runs the body, and then {@link leave}s. */
  *use<R>(body: (claim: this) => ProcessBody<R>): ProcessBody<R> {
    try {
      return yield* body(this)
    } finally {
      this.leave()
    }
  }

  /** @throws KernelError always: who holds what is claimed decides. */
  override succeed(): never {
    throw new KernelError(`a ${this.label} is met by what it was asked of, and cannot be triggered otherwise`)
  }

  /** @throws KernelError always. */
  override fail(): never {
    return this.succeed()
  }

  /** @internal */
  meet(value: T): void {
    super.succeed(value)
  }

  /** @internal */
  refuse(error: unknown): void {
    super.fail(error)
  }
}
