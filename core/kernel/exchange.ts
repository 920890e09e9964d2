import { Claim } from './claim.js'
import type { Simulation } from './simulation.js'
import { WaitingLine } from './waiting-line.js'

/** An offer or a demand that waits until the other side can meet it. */
export class Trade<T> extends Claim<T> {
  readonly #exchange: Withdrawable
  readonly #label: string

  constructor(exchange: Withdrawable, label: string) {
    super(exchange.simulation)
    this.#exchange = exchange
    this.#label = label
  }

  override get label(): string {
    return this.#label
  }

  /** Withdraws the offer or demand; false if it has been met already. */
  override cancel(): boolean {
    return this.#exchange.withdraw(this)
  }
}

interface Withdrawable {
  readonly simulation: Simulation
  withdraw(trade: Trade<unknown>): boolean
}

/** How many offers and how many demands may wait; by default any number. */
export interface LineOptions {
  readonly putQueueCapacity?: number
  readonly getQueueCapacity?: number
}

/** Offers and demands that wait for each other: what containers and stores have in common. */
export abstract class Exchange<Put extends Trade<void>, Get extends Trade<unknown>> {
  readonly simulation: Simulation
  protected readonly puts: WaitingLine<Put>
  protected readonly gets: WaitingLine<Get>

  constructor(simulation: Simulation, options: LineOptions) {
    this.simulation = simulation
    this.puts = new WaitingLine(options.putQueueCapacity)
    this.gets = new WaitingLine(options.getQueueCapacity)
  }

  /** The offers that wait, in the order in which they will be met. */
  get putQueue(): readonly Put[] {
    return this.puts.members
  }

  /** The demands that wait, in the order in which they came. */
  get getQueue(): readonly Get[] {
    return this.gets.members
  }

  /** Meets the offer if there is room; if this throws it has changed nothing. */
  protected abstract tryPut(put: Put): boolean

  /** Meets the demand if there is what it asks for; if this throws it has changed nothing. */
  protected abstract tryGet(get: Get): boolean

  /** Whether a demand that cannot be met holds up those behind it. */
  protected get strictOrder(): boolean {
    return true
  }

  /** Meets an offer now, or lets it wait. */
  protected enterPut(put: Put): Put {
    if (this.puts.length === 0 && this.tryPut(put)) this.settle()
    else this.puts.add(put)
    return put
  }

  /** Meets a demand now, or lets it wait. */
  protected enterGet(get: Get): Get {
    if ((this.gets.length === 0 || !this.strictOrder) && this.tryGet(get)) this.settle()
    else this.gets.add(get)
    return get
  }

  /** Meets offers and demands until nothing moves any more. */
  protected settle(): void {
    while (this.#servePuts() || this.#serveGets()) {}
  }

  /** @internal Takes an offer or demand that is no longer wanted out of its line, so that those behind it move up. */
  withdraw(trade: Trade<unknown>): boolean {
    const withdrawn = this.puts.remove(trade as unknown as Put) || this.gets.remove(trade as unknown as Get)
    if (withdrawn) this.settle()
    return withdrawn
  }

  #servePuts(): boolean {
    let moved = false
    for (let put = this.puts.first; put !== undefined; put = this.puts.first) {
      try {
        if (!this.tryPut(put)) break
      } catch (error) {
        // Whoever happens to make room is not to blame for what is offered.
        put.refuse(error)
      }
      this.puts.shift()
      moved = true
    }
    return moved
  }

  /** Where order is strict; otherwise nobody waits who could be served by what is there. */
  #serveGets(): boolean {
    let moved = false
    for (let get = this.gets.first; get !== undefined && this.strictOrder; get = this.gets.first) {
      if (!this.tryGet(get)) break
      this.gets.shift()
      moved = true
    }
    return moved
  }
}
