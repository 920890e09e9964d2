import { KernelError } from './failure.js'
import type { Simulation } from './simulation.js'
import { notifyAll, type Waiter } from './waiter.js'

/** The place of an event among those of the same instant: the lower number goes first. */
export const Priority = { urgent: -1, normal: 0 } as const

const TRIGGERED = 1
const FAILED = 2
const DEFUSED = 4
const PROCESSED = 8
/** A timeout of which the queue knows only the slot: see {@link Event.light}. Alone: a condition that rests. */
const LIGHT = 16
// The state of a timeout also holds its slot, plus one, above the flags: a field less keeps an event at 64 bytes.
const SLOT_SHIFT = 5

/**
 * Something that happens once: pending, then triggered (its outcome is known), then processed (those who wait know).
 *
 * A process waits for it with `const value = yield* event`.
 */
export class Event<T = void> implements Waiter {
  readonly simulation: Simulation
  /** What the event gives to those who wait, or the error it failed with; undefined while it is pending. */
  value: T
  /** @internal */
  protected state: number
  /** @internal Tells a timeout from others that are given the same slot later. */
  private tag: number
  #waiters: Waiter | Waiter[] | undefined

  constructor(simulation: Simulation) {
    this.simulation = simulation
    this.value = undefined as T
    this.state = 0
    this.tag = -2
    this.#waiters = undefined
  }

  /**
   * @internal An event that succeeds after a delay with a value; without one it is {@link light}.
   *
   * Not a class of its own: V8 creates instances of derived classes out of line, which doubles what a timeout costs.
   */
  static timeout<T>(simulation: Simulation, delay: number, value: T): Event<T> {
    const event = new Event<T>(simulation)
    event.value = value
    const slot = simulation.enqueue(delay, event)
    event.state = ((slot + 1) << SLOT_SHIFT) | TRIGGERED
    event.tag = simulation.tagIn(slot)
    return event
  }

  /**
   * @internal The timeout without a value that has just been put into a slot of the queue.
   *
   * The queue does not hold this event: its slot is empty, or holds the one process that waits, which the queue resumes
   * itself. The event only knows the slot's number; nothing old refers to it, so most often it is garbage at once or is
   * never allocated. When a second waiter or a callback subscribes, the event is put into its slot.
   */
  static light(simulation: Simulation, slot: number, tag: number): Event<void> {
    const event = new Event<void>(simulation)
    event.state = ((slot + 1) << SLOT_SHIFT) | (TRIGGERED | LIGHT)
    event.tag = tag
    simulation.fresh = tag
    return event
  }

  /** @internal The timeout in a slot in which there is only the process that waits for it. */
  static timeoutIn(simulation: Simulation, slot: number, process: Waiter): Event<void> {
    const event: Event<void> = new TimeoutInstead(simulation)
    event.state = ((slot + 1) << SLOT_SHIFT) | TRIGGERED
    event.tag = simulation.tagIn(slot)
    event.#waiters = process
    simulation.replaceIn(slot, event)
    return event
  }

  /** What error messages and traces call this event. */
  get label(): string {
    return this.slot < 0 ? 'event' : 'timeout'
  }

  /** @internal Where a timeout is scheduled; -1 for any other event. */
  get slot(): number {
    return (this.state >>> SLOT_SHIFT) - 1
  }

  /** Whether the outcome is still open. */
  get pending(): boolean {
    return this.state === 0 || (this.state === LIGHT && !this.look())
  }

  /** Whether the outcome is known. */
  get triggered(): boolean {
    return !this.pending
  }

  /** Whether those who wait have been told. */
  get processed(): boolean {
    if ((this.state & LIGHT) === 0) return (this.state & PROCESSED) !== 0
    if (this.state === LIGHT) return this.look()
    if (this.scheduled) return false
    this.state ^= LIGHT
    if (!this.simulation.isWithdrawn(this.slot, this.tag)) this.state |= PROCESSED
    return (this.state & PROCESSED) !== 0
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
    this.settle(value, priority)
    return this
  }

  /** Triggers the event with an error, which is thrown in the processes that wait for it. */
  fail(error: unknown, priority: number = Priority.normal): this {
    this.settle(error as T, priority)
    this.state |= FAILED
    return this
  }

  /** Withdraws a timeout, which then never happens; false if it already has, or if the event is no timeout. */
  cancel(): boolean {
    if (this.slot < 0 || !this.scheduled) return false
    this.state &= ~LIGHT
    this.simulation.fresh = -1
    this.simulation.dequeue(this.slot)
    return true
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
    if (this.processed) callback(this)
    else this.subscribe({ notify: () => callback(this), touch: () => 0 })
  }

  /** @internal Those who wait. */
  get waiters(): readonly Waiter[] {
    if (this.#waiters === undefined) return []
    return Array.isArray(this.#waiters) ? this.#waiters : [this.#waiters]
  }

  /** @internal Adds one who waits. */
  subscribe(waiter: Waiter): void {
    const entered = this.enter()
    const waiters = entered.#waiters
    if (waiters === undefined) entered.#waiters = waiter
    else if (Array.isArray(waiters)) waiters.push(waiter)
    else entered.#waiters = [waiters, waiter]
  }

  /** @internal Removes one who waits. */
  unsubscribe(waiter: Waiter): void {
    const entered = this.enter()
    const waiters = entered.#waiters
    if (waiters === waiter) entered.#waiters = undefined
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

  /** Takes over the outcome of another event: `other.onProcessed((event) => mine.notify(event))` chains the two. */
  notify(event: Event<unknown>): void {
    if (event.failed) this.fail(event.takeError())
    else this.succeed(event.value as T)
  }

  /** @internal See {@link Waiter}: here the one who waits, if it is one. */
  warm(): number {
    const waiters = this.#waiters
    return waiters === undefined || Array.isArray(waiters) ? 0 : waiters.touch()
  }

  /** @internal See {@link Waiter}. */
  touch(): number {
    return 0
  }

  /** @internal Processes the event; the simulation calls this when its time has come. */
  fire(): void {
    this.state |= PROCESSED
    const waiters = this.#waiters
    if (waiters !== undefined) {
      this.#waiters = undefined
      if (Array.isArray(waiters)) notifyAll(waiters, this)
      else waiters.notify(this)
    }
    if ((this.state & (FAILED | DEFUSED)) === FAILED) this.simulation.raise(this.value, this)
  }

  /** For the process that asks, with `yield* event`: its value, once it has happened; throws the error it failed with. */
  [Symbol.iterator](): Iterator<Event<unknown>, T, unknown> {
    const process = this.simulation.activeProcess
    // Anybody else who iterates, with a spread or a deep comparison, would do so for ever.
    if (process === undefined) refuseIteration(this)
    if (this.tag !== this.simulation.fresh) return process.waitFor(this)
    return process.waitIn(this.slot) as Iterator<Event<unknown>, T, unknown>
  }

  /**
   * @internal For a condition for which nobody waits any more: looks at its events, and tells whether they decide it.
   *
   * See {@link Condition}.
   */
  protected look(): boolean {
    return false
  }

  /** @internal Whether this is a condition that rests. */
  protected get resting(): boolean {
    return this.state === LIGHT
  }

  /** @internal */
  protected set resting(rests: boolean) {
    this.state = rests ? LIGHT : 0
  }

  /** @internal Has happened while nobody looked: with a value, or with an error. */
  protected settleQuietly(outcome: unknown, failed: boolean): void {
    this.state = failed ? TRIGGERED | FAILED | DEFUSED | PROCESSED : TRIGGERED | PROCESSED
    this.value = outcome as T
  }

  /** Whether this timeout is still to come. */
  private get scheduled(): boolean {
    return this.simulation.isScheduled(this.slot, this.tag)
  }

  /** What those who wait are listed at: the event itself, which a light one puts into its slot first. */
  private enter(): Event<T> {
    if ((this.state & LIGHT) === 0 || !this.scheduled) return this
    const simulation = this.simulation
    const slot = this.slot
    const present = simulation.scheduledIn(slot)
    if (present instanceof TimeoutInstead) return present as unknown as Event<T>
    this.state ^= LIGHT
    simulation.fresh = -1
    this.#waiters = present as Waiter | undefined
    simulation.replaceIn(slot, this)
    return this
  }

  // Not a #method: those mark every instance, which costs a field and a call at creation.
  private settle(value: T, priority: number): void {
    if (this.state !== 0 && !this.pending) throw new KernelError(`${this.label} has already been triggered`)
    // First what may refuse: a call that throws leaves everything as it was.
    this.simulation.schedule(0, this, priority)
    this.state = TRIGGERED
    this.value = value
  }
}

/** Stands for a light timeout that somebody asks a process for: the event the process was given is not known any more. */
class TimeoutInstead extends Event<void> {
  override cancel(): boolean {
    const slot = this.slot
    const tag = this.simulation.tagIn(slot)
    const cancelled = super.cancel()
    if (cancelled) this.simulation.noteWithdrawn(slot, tag)
    return cancelled
  }
}

function refuseIteration(event: Event<unknown>): never {
  throw new KernelError(
    `${event.label}: an event is waited for with yield* in a process, and not iterated otherwise`,
  )
}
