import { Event } from './event.js'
import { KernelError } from './failure.js'
import type { Process, ProcessBody } from './process.js'
import type { Simulation } from './simulation.js'
import { WaitingLine } from './waiting-line.js'

/** Priority of a request, and whether it may take from others. */
export interface RequestOptions {
  /** The lower number is served first. */
  readonly priority?: number
  /** Whether a pre-emptive resource may be taken from a user of lower urgency; by default it may. */
  readonly preempt?: boolean
}

/** The cause of the interrupt that a process gets when a resource is taken from it. */
export class Preempted {
  readonly resource: PreemptiveResource
  /** The process that got the resource instead. */
  readonly by: Process | undefined
  /** When the pre-empted process had got it. */
  readonly since: number

  constructor(resource: PreemptiveResource, by: Process | undefined, since: number) {
    this.resource = resource
    this.by = by
    this.since = since
  }
}

/** A claim to one unit of a resource; it succeeds when the unit is granted. */
export class Request extends Event {
  readonly resource: Resource
  readonly priority: number
  readonly preempt: boolean
  /** When the claim was made. */
  readonly at: number
  /** The process that made it, if one did. */
  readonly process: Process | undefined
  /** When the unit was granted, until then undefined. */
  since: number | undefined = undefined
  /** Whether the unit has been taken away by a more urgent claim. */
  preempted = false

  constructor(resource: Resource, options: RequestOptions) {
    super(resource.simulation)
    this.resource = resource
    this.priority = options.priority ?? 0
    this.preempt = options.preempt ?? true
    this.at = resource.simulation.now
    this.process = resource.simulation.activeProcess
    if (Number.isNaN(this.priority)) throw new KernelError('the priority of a request is a number, not NaN')
  }

  override get label(): string {
    return 'request'
  }

  /** Stops waiting; false if the unit has been granted already. */
  override cancel(): boolean {
    return this.resource.withdraw(this)
  }

  /** Gives the unit back if it is held, else stops waiting: for the end of a `try`, whatever happened in it. */
  leave(): void {
    if (!this.cancel() && this.resource.users.includes(this)) this.resource.release(this)
  }
}

/** A number of equal units, each held by one user at a time; who waits is served first come, first served. */
export class Resource {
  readonly simulation: Simulation
  readonly capacity: number
  protected readonly line: WaitingLine<Request>
  readonly #users: Request[] = []

  constructor(simulation: Simulation, options: { readonly capacity?: number } = {}) {
    this.simulation = simulation
    this.capacity = options.capacity ?? 1
    if (!(this.capacity >= 1)) throw new KernelError(`a resource has at least 1 unit, not ${this.capacity}`)
    this.line = this.createLine()
  }

  /** The claims that hold a unit. */
  get users(): readonly Request[] {
    return this.#users
  }

  /** Units held. */
  get count(): number {
    return this.#users.length
  }

  /** The claims that wait, in the order in which they will be served. */
  get queue(): readonly Request[] {
    return this.line.members
  }

  /** Claims a unit: `yield*` the request to wait for it. */
  request(options: RequestOptions = {}): Request {
    const request = new Request(this, options)
    this.line.add(request)
    this.makeRoom(request)
    this.#grant()
    return request
  }

  /**
   * Gives a unit back. What was pre-empted is not held any more and may be released without effect.
   *
   * @throws KernelError if the unit is not held.
   */
  release(request: Request): void {
    if (this.dismiss(request)) this.#grant()
    else if (!request.preempted || request.resource !== this) {
      throw new KernelError(
        this.line.members.includes(request)
          ? 'a request that still waits cannot be released; cancel it'
          : 'this request does not hold the resource and cannot be released',
      )
    }
  }

  /** Holds a unit while the body runs, and gives it back however that ends. */
  *use<R>(body: () => ProcessBody<R>, options: RequestOptions = {}): ProcessBody<R> {
    const request = this.request(options)
    try {
      yield* request
      return yield* body()
    } finally {
      request.leave()
    }
  }

  /** @internal Takes a request out of the line. */
  withdraw(request: Request): boolean {
    return this.line.remove(request)
  }

  protected createLine(): WaitingLine<Request> {
    return new WaitingLine()
  }

  /** What a claim may do to those who hold a unit. */
  protected makeRoom(_request: Request): void {}

  /** Takes a user's unit away, without granting it to anybody. */
  protected dismiss(request: Request): boolean {
    const at = this.#users.indexOf(request)
    if (at < 0) return false
    this.#users.splice(at, 1)
    return true
  }

  #grant(): void {
    while (this.#users.length < this.capacity) {
      const request = this.line.shift()
      if (request === undefined) return
      request.since = this.simulation.now
      this.#users.push(request)
      request.succeed()
    }
  }
}

/** A resource that serves the lower priority number first, then who came earlier. */
export class PriorityResource extends Resource {
  protected override createLine(): WaitingLine<Request> {
    return new WaitingLine(byUrgency)
  }
}

/**
 * A priority resource that is taken from its least urgent user when a more urgent claim finds no free unit.
 *
 * The process that loses it is interrupted with {@link Preempted} as the cause.
 */
export class PreemptiveResource extends PriorityResource {
  protected override makeRoom(request: Request): void {
    if (!request.preempt || this.count < this.capacity || this.line.first !== request) return
    const victim = this.users.reduce((worst, user) => (byUrgency(worst, user) <= 0 ? user : worst))
    if (byUrgency(request, victim) >= 0) return
    this.dismiss(victim)
    victim.preempted = true
    victim.process?.interrupt(new Preempted(this, request.process, victim.since ?? victim.at))
  }
}

/** Lower priority number, then earlier, then willing to pre-empt. */
function byUrgency(a: Request, b: Request): number {
  return a.priority - b.priority || a.at - b.at || Number(b.preempt) - Number(a.preempt)
}
