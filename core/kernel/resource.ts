import { checkCount, KernelError } from './failure.js'
import type { ProcessBody } from './process.js'
import { byUrgency, Request, type RequestOptions } from './request.js'
import type { Simulation } from './simulation.js'
import { WaitingLine } from './waiting-line.js'

/** How many units a resource has, and how many claims may wait for them. */
export interface ResourceOptions {
  /** Units, a whole number or infinity; by default 1. */
  readonly capacity?: number
  /** How many claims may wait; by default any number. */
  readonly queueCapacity?: number
}

/** A number of equal units, each held by one user at a time; who waits is served first come, first served. */
export class Resource {
  readonly simulation: Simulation
  /** How many claims may wait. */
  readonly queueCapacity: number
  protected readonly line: WaitingLine<Request>
  readonly #users: Request[] = []
  #capacity: number

  constructor(simulation: Simulation, options: ResourceOptions = {}) {
    this.simulation = simulation
    this.#capacity = checkCount('the capacity of a resource', options.capacity ?? 1)
    this.queueCapacity = options.queueCapacity ?? Infinity
    this.line = this.createLine()
  }

  /** How many units there are. */
  get capacity(): number {
    return this.#capacity
  }

  /** The claims that hold units. */
  get users(): readonly Request[] {
    return this.#users
  }

  /** Units held. */
  get count(): number {
    return this.#users.reduce((units, user) => units + user.units, 0)
  }

  /** The claims that wait, in the order in which they will be served. */
  get queue(): readonly Request[] {
    return this.line.members
  }

  /**
   * Claims units: `yield*` the request to wait for them. Nobody overtakes a claim to more units than are free.
   *
   * @throws LineFull if it would have to wait, and no more may.
   * @throws KernelError for a claim that could never be granted.
   */
  request(options: RequestOptions = {}): Request {
    const request = new Request(this, options)
    const taken = this.line.leads(request) ? this.roomFor(request) : undefined
    if (taken === undefined) this.line.add(request)
    else {
      for (const victim of taken) this.takeFrom(victim, request)
      this.#give(request)
      this.#grant()
    }
    return request
  }

  /**
   * Gives the units back. What was pre-empted is not held any more and may be released without effect.
   *
   * @throws KernelError if they are not held.
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

  /** Holds units while the body runs, and gives them back however that ends. */
  *use<R>(body: () => ProcessBody<R>, options: RequestOptions = {}): ProcessBody<R> {
    const request = this.request(options)
    return yield* request.use(function* () {
      yield* request
      return yield* body()
    })
  }

  /** Goes on with another number of units from now on; who holds more than that keeps them until they are given back. */
  setCapacity(capacity: number): void {
    this.#capacity = checkCount('the capacity of a resource', capacity)
    this.#grant()
  }

  /** @internal Takes a request out of the line, so that those behind it move up. */
  withdraw(request: Request): boolean {
    const withdrawn = this.line.remove(request)
    if (withdrawn) this.#grant()
    return withdrawn
  }

  protected createLine(): WaitingLine<Request> {
    return new WaitingLine(this.queueCapacity)
  }

  /** From whom units must be taken for a claim to be granted at once; undefined if it has to wait. */
  protected roomFor(request: Request): readonly Request[] | undefined {
    return this.#fits(request) ? [] : undefined
  }

  protected takeFrom(_victim: Request, _request: Request): void {}

  /** Takes a user's units away, without granting them to anybody. */
  protected dismiss(request: Request): boolean {
    const at = this.#users.indexOf(request)
    if (at < 0) return false
    this.#users.splice(at, 1)
    return true
  }

  #fits(request: Request): boolean {
    return this.count + request.units <= this.#capacity
  }

  #grant(): void {
    for (let first = this.line.first; first !== undefined && this.#fits(first); first = this.line.first) {
      this.line.shift()
      this.#give(first)
    }
  }

  #give(request: Request): void {
    request.since = this.simulation.now
    this.#users.push(request)
    request.meet()
  }
}

/** A resource that serves the lower priority number first, then who came earlier. */
export class PriorityResource extends Resource {
  protected override createLine(): WaitingLine<Request> {
    return new WaitingLine(this.queueCapacity, byUrgency)
  }
}
