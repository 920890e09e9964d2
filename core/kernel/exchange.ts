import { Event } from './event.js'
import type { Simulation } from './simulation.js'
import { WaitingLine } from './waiting-line.js'

/** An offer or a demand that waits until the other side can meet it. */
export class Trade<T> extends Event<T> {
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
  withdraw(trade: Event<unknown>): boolean
}

/** Offers and demands that wait for each other: what containers and stores have in common. */
export abstract class Exchange<Put extends Trade<void>, Get extends Trade<unknown>> {
  readonly simulation: Simulation
  protected readonly puts = new WaitingLine<Put>()
  protected readonly gets = new WaitingLine<Get>()

  constructor(simulation: Simulation) {
    this.simulation = simulation
  }

  /** Meets the offer if there is room. */
  protected abstract tryPut(put: Put): boolean

  /** Meets the demand if there is what it asks for. */
  protected abstract tryGet(get: Get): boolean

  /** Whether a demand that cannot be met holds up those behind it. */
  protected get strictOrder(): boolean {
    return true
  }

  /** Meets offers and demands until nothing moves any more. */
  protected settle(): void {
    let moved = true
    while (moved) {
      moved = false
      while (this.puts.first !== undefined && this.tryPut(this.puts.first)) {
        this.puts.shift()
        moved = true
      }
      for (const get of this.strictOrder ? this.gets.members.slice(0, 1) : [...this.gets.members]) {
        if (!this.tryGet(get)) continue
        this.gets.remove(get)
        moved = true
      }
    }
  }

  /** @internal Takes an offer or demand that is no longer wanted out of its line, so that those behind it move up. */
  withdraw(trade: Event<unknown>): boolean {
    const withdrawn = this.puts.remove(trade as Put) || this.gets.remove(trade as Get)
    if (withdrawn) this.settle()
    return withdrawn
  }
}
