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

/** Name and start of a process. */
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
  readonly #body: ProcessBody<R>
  /** The event it waits for; its slot, if only the queue knows of the wait; undefined while it runs. */
  #awaited: Event<unknown> | number | undefined = undefined
  #starting: number
  readonly name: string

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
        this.resume(undefined)
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

  /** The event the process waits for, if any; a timeout that has been withdrawn is none. */
  get target(): Event<unknown> | undefined {
    const awaited = this.#awaited
    const slot = awaited instanceof Event ? awaited.slot : (awaited ?? -1)
    if (slot < 0) return awaited as Event<unknown> | undefined
    const action = this.simulation.scheduledIn(slot)
    if (action === this) return Event.timeoutIn(this.simulation, slot, this)
    return action instanceof Event && action.waiters.includes(this) ? action : undefined
  }

  /**
   * Throws an {@link Interrupt} into the process at the present instant; what it waited for goes on without it.
   *
   * A process that has not started by then is called off: it never does, and fails with the interrupt, which ends no run
   * but is thrown in those who wait for it.
   */
  interrupt(cause?: unknown): void {
    if (!this.alive) throw new KernelError(`${this.label} has ended and cannot be interrupted`)
    if (this.simulation.activeProcess === this) {
      throw new KernelError(`${this.label} cannot interrupt itself`)
    }
    this.simulation.schedule(
      0,
      () => {
        if (!this.alive) return
        const calledOff = this.#starting >= 0
        if (calledOff) {
          this.simulation.cancel(this.#starting)
          this.#starting = -1
        }
        this.leave()
        this.resumeWithError(new Interrupt(cause))
        if (calledOff) this.takeError()
      },
      Priority.urgent,
    )
  }

  override notify(event: Event<unknown>): void {
    if (event.failed) this.resumeWithError(event.takeError())
    else this.resume(event.value)
  }

  /** @internal A process that has not ended is in the queue itself where it waits alone for a light timeout. */
  override fire(): void {
    if (this.pending) this.resume(undefined)
    else super.fire()
  }

  /** @internal */
  override warm(): number {
    return typeof this.#body === 'undefined' ? 1 : 0
  }

  /** @internal */
  override touch(): number {
    // Unlike a comparison, typeof reads the generator itself.
    return typeof this.#body === 'undefined' ? 1 : 0
  }

  /** @internal Waits for what is scheduled in a slot, where this process has been put. */
  waitIn(slot: number): Iterator<Event<unknown>, unknown, unknown> {
    if (this.#awaited !== undefined) this.leave()
    this.#awaited = slot
    this.simulation.replaceIn(slot, this)
    return this.simulation.wait.begin() as unknown as Iterator<Event<unknown>, unknown, unknown>
  }

  /** @internal Waits for an event, unless it has been processed. */
  waitFor<T>(event: Event<T>): Iterator<Event<unknown>, T, unknown> {
    if (this.#awaited !== undefined) this.leave()
    if (event.processed) {
      if (event.failed) throw event.takeError()
      return this.simulation.wait.end(event.value) as unknown as Iterator<Event<unknown>, T, unknown>
    }
    event.subscribe(this)
    this.#awaited = event
    return this.simulation.wait.begin() as unknown as Iterator<Event<unknown>, T, unknown>
  }

  /** No longer waits for what it waits for, which goes on without it. */
  private leave(): void {
    const awaited = this.#awaited
    this.#awaited = undefined
    if (typeof awaited !== 'number') awaited?.unsubscribe(this)
    else {
      const action = this.simulation.scheduledIn(awaited)
      if (action === this) this.simulation.replaceIn(awaited, undefined)
      else if (action instanceof Event) action.unsubscribe(this)
    }
  }

  /** Runs the generator up to the next event that has not been processed yet. */
  private resume(value: unknown): void {
    const simulation = this.simulation
    this.#awaited = undefined
    simulation.fresh = -1
    simulation.activeProcess = this
    const wait = simulation.wait.end(value)
    try {
      const result: unknown = resumeWith.call(this.#body, value)
      if (result === wait) simulation.activeProcess = undefined
      else this.consider(result as IteratorResult<unknown, R>)
    } catch (error) {
      this.crash(error)
    }
  }

  private resumeWithError(error: unknown): void {
    this.#awaited = undefined
    this.simulation.fresh = -1
    this.simulation.activeProcess = this
    try {
      this.consider(resumeWithError.call(this.#body, error) as IteratorResult<unknown, R>)
    } catch (crash) {
      this.crash(crash)
    }
  }

  /** Looks at what the generator returned or handed over with a plain `yield`, and goes on where it need not wait. */
  private consider(result: unknown): void {
    const body = this.#body
    const wait = this.simulation.wait
    while (result !== wait) {
      const step = result as IteratorResult<unknown, R>
      const { value } = step
      if (step.done) {
        if (this.#awaited !== undefined) this.leave()
        this.simulation.activeProcess = undefined
        this.succeed(value as R)
        return
      }
      if (!(value instanceof Event)) {
        result = resumeWithError.call(
          body,
          new KernelError(`${this.label} yielded ${describe(value)}; only events can be waited for`),
        )
      } else if (!value.processed) {
        value[Symbol.iterator]()
        break
      } else if (value.failed) result = resumeWithError.call(body, value.takeError())
      else {
        wait.end(value.value)
        result = resumeWith.call(body, value.value)
      }
    }
    this.simulation.activeProcess = undefined
  }

  private crash(error: unknown): void {
    if (this.#awaited !== undefined) this.leave()
    this.simulation.activeProcess = undefined
    this.fail(error)
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'object' || typeof value === 'function') {
    return `a ${typeof value === 'function' ? 'function' : (value.constructor?.name ?? 'object')}`
  }
  return `${typeof value} ${String(value)}`
}
