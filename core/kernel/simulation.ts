import { AllOf, AnyOf, type Condition, CustomCondition, type Evaluate } from './condition.js'
import { describeAction } from './describe-action.js'
import { Event } from './event.js'
import { type EventHandle, EventQueue } from './event-queue.js'
import type { Action } from './event-records.js'
import { KernelError, named, refuseDelay, refusePriority, refuseTime, SimulationFailure } from './failure.js'
import type { Occurred } from './occurred.js'
import { Process, type ProcessBody, type ProcessOptions } from './process.js'
import type { TraceRecord } from './trace.js'
import { Wait } from './wait.js'

/**
 * A clock and the events that advance it, in the order (time, priority, sequence): same program, same order.
 *
 * Time is in whatever unit the model uses (seconds in cotwin) and starts at 0, unless told otherwise.
 */
export class Simulation {
  /** The process that runs at this moment, if one does. */
  activeProcess: Process<unknown> | undefined = undefined
  /** @internal The tag of the light timeout that was made last since a process went on, for which nobody waits yet. */
  fresh = -1
  /** @internal Shared by all who wait. */
  readonly wait = new Wait()
  readonly #queue = new EventQueue()
  #observers: readonly ((record: TraceRecord) => void)[] = []
  // Never undefined: V8 would keep a box for it.
  #now = 0
  /** Timeouts cancelled by others than those that were given them, which must not take them for processed. */
  #withdrawn: Set<string> | undefined = undefined
  #running = false
  #stopped = false

  /** @throws KernelError unless the initial time is a finite number. */
  constructor(options: { readonly initialTime?: number } = {}) {
    const { initialTime = 0 } = options
    if (!Number.isFinite(initialTime))
      throw new KernelError(`the initial time is a finite number, not ${named(initialTime)}`)
    this.#now = initialTime
  }

  /** The present simulated time. */
  get now(): number {
    return this.#now
  }

  /** How many events are scheduled. */
  get pending(): number {
    return this.#queue.size
  }

  /**
   * Schedules an action after a delay; among those of the same instant the lower priority number goes first, then
   * the one scheduled earlier.
   *
   * @throws KernelError if the delay is negative, infinite or no number, or the priority no 32-bit whole number.
   */
  schedule(delay: number, action: Action, priority = 0): EventHandle {
    const time = this.#now + delay
    if (typeof delay !== 'number' || !(delay >= 0 && time < Infinity)) refuseDelay(delay, this.#now)
    if (priority !== (priority | 0)) refusePriority(priority)
    const queue = this.#queue
    return queue.handleOf(queue.add(time, priority, action))
  }

  /** Schedules an action at a time, which must not lie in the past; see {@link schedule}. */
  scheduleAt(time: number, action: Action, priority = 0): EventHandle {
    if (typeof time !== 'number' || !(time >= this.#now && time < Infinity)) refuseTime(time, this.#now)
    if (priority !== (priority | 0)) refusePriority(priority)
    return this.#queue.handleOf(this.#queue.add(time, priority, action))
  }

  /** Withdraws a scheduled action; false if it has already happened or been cancelled. */
  cancel(handle: EventHandle): boolean {
    const slot = this.#queue.slotOf(handle)
    if (slot < 0) return false
    this.#queue.remove(slot)
    return true
  }

  /**
   * Moves a scheduled action to another time, behind what is already due then, and returns its new handle.
   *
   * @throws KernelError if the time lies in the past, or the action has already happened or been cancelled.
   */
  reschedule(handle: EventHandle, time: number): EventHandle {
    if (typeof time !== 'number' || !(time >= this.#now && time < Infinity)) refuseTime(time, this.#now)
    const slot = this.#queue.slotOf(handle)
    if (slot < 0) throw new KernelError('cannot reschedule what has already happened or been cancelled')
    this.#queue.move(slot, time)
    return this.#queue.handleOf(slot)
  }

  /** Starts a process; it is an event itself, processed when its generator ends. */
  process<R>(body: (() => ProcessBody<R>) | ProcessBody<R>, options: ProcessOptions = {}): Process<R> {
    return new Process(this, body, options)
  }

  /** An event that somebody will trigger. */
  event<T = void>(): Event<T> {
    return new Event<T>(this)
  }

  /** An event that succeeds after a delay, with a value if one is given. */
  timeout(delay: number): Event<void>
  timeout<T>(delay: number, value: T): Event<T>
  timeout<T>(delay: number, value?: T): Event<T | undefined> {
    if (value !== undefined) return Event.timeout(this, delay, value)
    const time = this.#now + delay
    if (typeof delay !== 'number' || !(delay >= 0 && time < Infinity)) refuseDelay(delay, this.#now)
    const queue = this.#queue
    const slot = queue.add(time, 0, undefined)
    return Event.light(this, slot, queue.newestTag) as Event<T | undefined>
  }

  /** An event that succeeds, with the values in order, when all of the events have. */
  allOf<const E extends readonly Event<unknown>[]>(events: E): AllOf<E> {
    return new AllOf(this, events)
  }

  /** An event that succeeds when the first of the events has. */
  anyOf<const E extends readonly Event<unknown>[]>(events: E): AnyOf<E> {
    return new AnyOf(this, events)
  }

  /**
   * An event that succeeds as soon as `evaluate(events, count)` says so, count being how many of them have succeeded.
   *
   * An error that it throws, as well as the first failure of an event, is what the condition fails with.
   */
  condition<const E extends readonly Event<unknown>[]>(
    events: E,
    evaluate: Evaluate<E>,
  ): Condition<E, Occurred<E>> {
    return new CustomCondition(this, events, evaluate)
  }

  /** The time of the next event, or Infinity. */
  peek(): number {
    const slot = this.#queue.first()
    return slot < 0 ? Infinity : this.#queue.timeOf(slot)
  }

  /** Calls back before every event that happens. */
  observe(observer: (record: TraceRecord) => void): void {
    this.#observers = [...this.#observers, observer]
  }

  /** Ends {@link observe}. */
  unobserve(observer: (record: TraceRecord) => void): void {
    this.#observers = this.#observers.filter((other) => other !== observer)
  }

  /** Lets the next event happen. */
  step(): void {
    if (this.#queue.size === 0) throw new KernelError('nothing is scheduled')
    this.#guard(() => this.#step(Infinity))
  }

  /**
   * Runs until nothing is scheduled, or until a time (what is due then is left for later), or until an event has been
   * processed, whose value is returned.
   *
   * @throws SimulationFailure with the original error as `cause`, if a failure is not taken care of.
   * @throws KernelError if it ends before the event has been processed, stopped or because nothing is left to happen.
   */
  run(): void
  run(until: number): void
  run<T>(until: Event<T>): T
  run<T>(until?: number | Event<T>): T | undefined {
    const limit = until === undefined || until instanceof Event ? Infinity : until
    if (typeof limit !== 'number' || !(limit >= this.#now)) refuseTime(limit, this.#now)
    this.#guard(() => {
      if (until instanceof Event) {
        while (!until.processed && this.#step(Infinity)) {}
        return
      }
      this.#drain(limit)
      if (limit < Infinity && !this.#stopped) this.#now = limit
    })
    if (!(until instanceof Event)) return undefined
    if (!until.processed) {
      const why = this.#stopped ? 'the run was stopped' : 'nothing is scheduled'
      throw new KernelError(`${why}, yet ${until.label} has not happened`)
    }
    if (until.failed) throw new SimulationFailure(until.error, this.#now, nameOf(until))
    return until.value
  }

  /** Ends the run after the present event; what is scheduled stays so, and another run can go on from here. */
  stop(): void {
    this.#stopped = true
    this.#queue.limit = -Infinity
  }

  /** Runs a part of the simulation and adds to an error when and where it came up. */
  #guard(part: () => void): void {
    if (this.#running) throw new KernelError('the simulation is already running')
    this.#running = true
    this.#stopped = false
    try {
      part()
    } catch (error) {
      if (error instanceof SimulationFailure) throw error
      throw new SimulationFailure(error, this.#now, this.activeProcess?.name)
    } finally {
      this.#running = false
    }
  }

  /** Lets everything happen that is due before the limit. */
  #drain(limit: number): void {
    const queue = this.#queue
    queue.limit = limit
    // While somebody observes, events go the slower way below.
    while (this.#observers.length === 0) {
      const slot = queue.pop()
      if (slot < 0) return
      this.#now = queue.timeOf(slot)
      const action = queue.release(slot)
      if (typeof action === 'function') action()
      else if (action !== undefined) action.fire()
    }
    while (!this.#stopped && this.#step(limit)) {}
  }

  /** Lets the next event happen, if it is due before the limit. */
  #step(limit: number): boolean {
    const queue = this.#queue
    queue.limit = this.#stopped ? -Infinity : limit
    const slot = queue.pop()
    if (slot < 0) return false
    const time = queue.timeOf(slot)
    const priority = queue.priorityOf(slot)
    const sequence = queue.sequenceOf(slot)
    const action = queue.release(slot)
    this.#now = time
    for (const observer of this.#observers) observer(describeAction(time, priority, sequence, action))
    if (typeof action === 'function') action()
    else action?.fire()
    return true
  }

  /** @internal Schedules an event for which no handle is needed and returns its slot. */
  enqueue(delay: number, event: Event<unknown>): number {
    const time = this.#now + delay
    if (typeof delay !== 'number' || !(delay >= 0 && time < Infinity)) refuseDelay(delay, this.#now)
    return this.#queue.add(time, 0, event)
  }

  /** @internal What is scheduled in a slot; nothing for a timeout for which nobody waits. */
  scheduledIn(slot: number): Action | undefined {
    return this.#queue.actionOf(slot)
  }

  /** @internal */
  replaceIn(slot: number, action: Action | undefined): void {
    this.#queue.replace(slot, action)
  }

  /** @internal Tells what is scheduled in a slot from what was or will be. */
  tagIn(slot: number): number {
    return this.#queue.tagOf(slot)
  }

  /** @internal Whether what was given that slot and tag is still to come. */
  isScheduled(slot: number, tag: number): boolean {
    return this.#queue.isPending(slot, tag)
  }

  /** @internal Withdraws what is scheduled in a slot. */
  dequeue(slot: number): void {
    this.#queue.remove(slot)
  }

  /** @internal */
  noteWithdrawn(slot: number, tag: number): void {
    this.#withdrawn ??= new Set()
    this.#withdrawn.add(`${slot}/${tag}`)
  }

  /** @internal */
  isWithdrawn(slot: number, tag: number): boolean {
    return this.#withdrawn?.has(`${slot}/${tag}`) ?? false
  }

  /** @internal Ends the run with the error of an event that nobody took care of. */
  raise(error: unknown, event: Event<unknown>): never {
    throw new SimulationFailure(
      error,
      this.#now,
      event instanceof Process ? event.name : this.activeProcess?.name,
    )
  }
}

function nameOf(event: Event<unknown>): string | undefined {
  return event instanceof Process ? event.name : undefined
}
