import { Event, Priority } from './event.js'
import { Interrupt, KernelError } from './failure.js'
import type { Simulation } from './simulation.js'

/** The body of a process: a generator that waits with `yield*` and may return a value. */
export type ProcessBody<R> = Generator<Event<unknown>, R, unknown>

// Every generator function gives its generators a hidden class of their own, which would make `body.next` a slow look-up
// in any model with more than a few kinds of process.
const { next: resumeWith, throw: resumeWithError } = Object.getPrototypeOf(
  Object.getPrototypeOf((function* () {})()),
) as Generator

export interface ProcessOptions {
  /** For error messages and traces; by default the generator function's name. */
  readonly name?: string
  /** When the process starts; by default now. */
  readonly at?: number
  /** The place of its start among the events of that instant; by default before the ordinary ones. */
  readonly priority?: number
}

/**
 * A generator run in simulated time, and the event that it ends.
 *
 * It succeeds with what the generator returns and fails with what it throws.
 */
export class Process<R = unknown> extends Event<R> {
  readonly name: string
  readonly #body: ProcessBody<R>
  /** The event it waits for; for a timeout its slot, because a reference to a young object costs a write barrier. */
  #target: Event<unknown> | number | undefined = undefined
  #starting: number

  constructor(
    simulation: Simulation,
    body: (() => ProcessBody<R>) | ProcessBody<R>,
    options: ProcessOptions,
  ) {
    super(simulation)
    const generator = typeof body === 'function' ? body() : body
    if (generator?.next !== resumeWith) {
      throw new KernelError('a process needs a generator function: simulation.process(function* () { … })')
    }
    this.#body = generator
    this.name = options.name ?? (typeof body === 'function' && body.name !== '' ? body.name : 'process')
    this.#starting = simulation.scheduleAt(
      options.at ?? simulation.now,
      () => {
        this.#starting = -1
        this.resume(undefined, undefined)
      },
      options.priority ?? Priority.urgent,
    )
  }

  override get label(): string {
    return `process '${this.name}'`
  }

  /** Whether the generator has not ended yet. */
  get alive(): boolean {
    return this.pending
  }

  /** The event the process waits for, if any. */
  get target(): Event<unknown> | undefined {
    const target = this.#target
    if (typeof target !== 'number') return target
    const action = this.simulation.scheduledIn(target)
    return action instanceof Event && action.waiters.includes(this) ? action : undefined
  }

  /** Throws an {@link Interrupt} into the process at the present instant; what it waited for goes on without it. */
  interrupt(cause?: unknown): void {
    if (!this.alive) throw new KernelError(`${this.label} has ended and cannot be interrupted`)
    if (this.simulation.activeProcess === this) {
      throw new KernelError(`${this.label} cannot interrupt itself`)
    }
    this.simulation.schedule(
      0,
      () => {
        if (!this.alive) return
        if (this.#starting >= 0) {
          this.simulation.cancel(this.#starting)
          this.#starting = -1
        }
        this.target?.unsubscribe(this)
        this.resume(undefined, new Interrupt(cause))
      },
      Priority.urgent,
    )
  }

  override notify(event: Event<unknown>): void {
    this.resume(event, undefined)
  }

  /** @internal */
  override touch(): number {
    // Unlike a comparison, typeof reads the generator itself.
    return typeof this.#body === 'undefined' ? 1 : 0
  }

  /** Runs the generator up to the next event that has not been processed yet. */
  private resume(event: Event<unknown> | undefined, thrown: Error | undefined): void {
    const simulation = this.simulation
    const body = this.#body
    this.#target = undefined
    simulation.activeProcess = this
    try {
      for (;;) {
        let result: unknown
        if (thrown !== undefined) {
          const error = thrown
          thrown = undefined
          result = resumeWithError.call(body, error)
        } else if (event === undefined) result = resumeWith.call(body, undefined)
        else if (event.failed) {
          result = resumeWithError.call(body, event.takeError())
        } else result = resumeWith.call(body, event.value)

        // `yield* event` hands over the event itself, a plain `yield event` an iterator result around it.
        if (result instanceof Event) event = result
        else {
          const step = result as IteratorResult<unknown, R>
          if (step.done) {
            simulation.activeProcess = undefined
            this.succeed(step.value)
            return
          }
          if (!(step.value instanceof Event)) {
            thrown = new KernelError(
              `${this.label} yielded ${describe(step.value)}; only events can be waited for`,
            )
            continue
          }
          event = step.value
        }
        if (!event.done) {
          const slot = event.slot
          this.#target = slot < 0 ? event : slot
          event.subscribe(this)
          simulation.activeProcess = undefined
          return
        }
      }
    } catch (error) {
      simulation.activeProcess = undefined
      this.fail(error)
    }
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'object' || typeof value === 'function') {
    return `a ${typeof value === 'function' ? 'function' : (value.constructor?.name ?? 'object')}`
  }
  return `${typeof value} ${String(value)}`
}
