import { Claim } from './claim.js'
import { checkCount, KernelError, named } from './failure.js'
import type { Process } from './process.js'
import type { Resource } from './resource.js'

/** How much of a resource is claimed, how urgently, and whether it may be taken from others. */
export interface RequestOptions {
  /** The lower number is served first. */
  readonly priority?: number
  /** Whether a pre-emptive resource may be taken from a user of lower urgency; by default it may. */
  readonly preempt?: boolean
  /** How many units are claimed, all at once; by default 1. */
  readonly units?: number
}

/** A claim to one or more units of a resource; it succeeds when all of them are granted. */
export class Request extends Claim<void> {
  readonly resource: Resource
  readonly priority: number
  readonly preempt: boolean
  readonly units: number
  /** When the claim was made. */
  readonly at: number
  /** The process that made it, if one did. */
  readonly process: Process | undefined
  /** When the units were granted, until then undefined. */
  since: number | undefined = undefined
  /** Whether the units have been taken away by a more urgent claim. */
  preempted = false

  constructor(resource: Resource, options: RequestOptions) {
    super(resource.simulation)
    this.resource = resource
    this.priority = options.priority ?? 0
    this.preempt = options.preempt ?? true
    this.units = checkCount('the number of units of a request', options.units ?? 1)
    this.at = resource.simulation.now
    this.process = resource.simulation.activeProcess
    if (typeof this.priority !== 'number' || Number.isNaN(this.priority)) {
      throw new KernelError(`the priority of a request is a number, not ${named(this.priority)}`)
    }
    if (this.units > resource.capacity) {
      throw new KernelError(`a resource of ${resource.capacity} can never grant ${this.units} units`)
    }
  }

  override get label(): string {
    return 'request'
  }

  /** Stops waiting; false if the units have been granted already. */
  override cancel(): boolean {
    return this.resource.withdraw(this)
  }

  /** Gives the units back if they are held, else stops waiting: for the end of a `try`, whatever happened in it. */
  override leave(): void {
    if (!this.cancel() && this.resource.users.includes(this)) this.resource.release(this)
  }
}

/** Lower priority number, then earlier, then willing to pre-empt. */
export function byUrgency(a: Request, b: Request): number {
  return compare(a.priority, b.priority) || a.at - b.at || Number(b.preempt) - Number(a.preempt)
}

/** Not the difference: that of two infinities is none. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
