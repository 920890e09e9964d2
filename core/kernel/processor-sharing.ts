import { Event } from './event.js'
import { type EventHandle, EventQueue } from './event-queue.js'
import { KernelError } from './failure.js'
import type { Simulation } from './simulation.js'

/** Work that is being done by a shared processor; it succeeds when all of it is done. */
export class Job extends Event {
  readonly processor: ProcessorSharing
  readonly work: number
  readonly weight: number
  /** @internal The virtual time at which it is done. */
  readonly finish: number
  /** @internal */
  position = -1

  constructor(processor: ProcessorSharing, work: number, weight: number, finish: number) {
    super(processor.simulation)
    this.processor = processor
    this.work = work
    this.weight = weight
    this.finish = finish
  }

  override get label(): string {
    return 'job'
  }

  /** What is left to do at this moment. */
  get remaining(): number {
    return this.processor.remainingOf(this)
  }

  /** The rate at which it is done at this moment. */
  get rate(): number {
    return this.pending ? this.processor.rateOf(this) : 0
  }

  /** Leaves the processor before the work is done; the job never succeeds. False if it has. */
  override cancel(): boolean {
    return this.processor.withdraw(this)
  }
}

/**
 * A processor whose capacity is shared by all jobs present, in proportion to their weights.
 *
 * Whenever a job comes or goes or the capacity changes, all others are re-timed. This takes one pending event and
 * O(1) work a change, however many jobs there are: virtual time passes at capacity / total weight, in which a job
 * needs work / weight, so the order in which jobs end never changes (Parekh and Gallager, 1993, for fluid fair queueing).
 */
export class ProcessorSharing {
  readonly simulation: Simulation
  #capacity: number
  #totalWeight = 0
  #virtual = 0
  #updated = 0
  #next: EventHandle | undefined = undefined
  readonly #jobs = new EventQueue()
  readonly #finishFirst = () => this.#finish()

  constructor(simulation: Simulation, options: { readonly capacity: number }) {
    this.simulation = simulation
    this.#capacity = checkCapacity(options.capacity)
  }

  get capacity(): number {
    return this.#capacity
  }

  /** Jobs present. */
  get count(): number {
    return this.#jobs.size
  }

  /** Starts a job of that much work at once. */
  submit(work: number, options: { readonly weight?: number } = {}): Job {
    const weight = options.weight ?? 1
    if (!(work >= 0 && work < Infinity)) {
      throw new KernelError(`the work of a job is a finite number and at least 0, not ${work}`)
    }
    if (!(weight > 0 && weight < Infinity)) {
      throw new KernelError(`the weight of a job is a positive, finite number, not ${weight}`)
    }
    if (!(work / weight < Infinity)) {
      throw new KernelError(`a weight of ${weight} is too small beside the work of ${work}`)
    }
    this.#update()
    const job = new Job(this, work, weight, this.#virtual + work / weight)
    job.position = this.#jobs.add(job.finish, 0, job)
    this.#totalWeight += weight
    this.#retime()
    return job
  }

  /** Goes on with another capacity from now on; at 0 everything stands still. */
  setCapacity(capacity: number): void {
    checkCapacity(capacity)
    this.#update()
    this.#capacity = capacity
    this.#retime()
  }

  /** @internal */
  remainingOf(job: Job): number {
    if (this.#jobs.actionOf(job.position) !== job) return 0
    this.#update()
    return Math.max(0, (job.finish - this.#virtual) * job.weight)
  }

  /** @internal */
  rateOf(job: Job): number {
    return this.#jobs.actionOf(job.position) === job ? (this.#capacity * job.weight) / this.#totalWeight : 0
  }

  /** @internal */
  withdraw(job: Job): boolean {
    if (this.#jobs.actionOf(job.position) !== job) return false
    this.#update()
    this.#jobs.remove(job.position)
    this.#depart(job)
    this.#retime()
    return true
  }

  #depart(job: Job): void {
    this.#totalWeight -= job.weight
    if (this.#jobs.size > 0) return
    // Starting anew whenever the processor is idle keeps rounding errors from adding up.
    this.#totalWeight = 0
    this.#virtual = 0
  }

  #update(): void {
    const now = this.simulation.now
    if (this.#totalWeight > 0) {
      this.#virtual += ((now - this.#updated) * this.#capacity) / this.#totalWeight
    }
    this.#updated = now
  }

  #retime(): void {
    const simulation = this.simulation
    const end = this.#jobs.size > 0 ? this.#endOfFirst() : Infinity
    if (!(end < Infinity)) {
      if (this.#next !== undefined) simulation.cancel(this.#next)
      this.#next = undefined
    } else if (this.#next === undefined) this.#next = simulation.scheduleAt(end, this.#finishFirst)
    else this.#next = simulation.reschedule(this.#next, end)
  }

  #endOfFirst(): number {
    const left = Math.max(0, this.#jobs.timeOf(this.#jobs.first()) - this.#virtual)
    return left === 0
      ? this.simulation.now
      : this.simulation.now + (left * this.#totalWeight) / this.#capacity
  }

  #finish(): void {
    this.#next = undefined
    this.#updated = this.simulation.now
    this.#virtual = this.#jobs.timeOf(this.#jobs.first())
    // Those that end together must not be kept apart by rounding.
    do {
      const job = this.#jobs.release(this.#jobs.pop()) as Job
      this.#depart(job)
      job.succeed()
    } while (this.#jobs.size > 0 && this.#endOfFirst() <= this.simulation.now)
    this.#retime()
  }
}

function checkCapacity(capacity: number): number {
  if (capacity >= 0 && capacity < Infinity) return capacity
  throw new KernelError(`a processor's capacity is a finite number and at least 0, not ${capacity}`)
}
