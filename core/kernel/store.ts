import { Exchange, type LineOptions, Trade } from './exchange.js'
import { checkCount } from './failure.js'
import type { Simulation } from './simulation.js'
import { WaitingLine } from './waiting-line.js'

/** How many items a store holds at most, and how many offers and demands may wait. */
export interface StoreOptions extends LineOptions {
  /** How many items there is room for, a whole number or infinity; by default any number. */
  readonly capacity?: number
}

/** An item that is to be put in. */
export class Offer<T> extends Trade<void> {
  readonly item: T

  constructor(store: Store<T>, item: T) {
    super(store, 'store.put')
    this.item = item
  }
}

/** A demand for an item, of a certain kind or any. */
export class Demand<T> extends Trade<T> {
  /** Which items will do; any, if undefined. */
  readonly accepts: ((item: T) => boolean) | undefined

  constructor(store: Store<T>, accepts: ((item: T) => boolean) | undefined) {
    super(store, 'store.get')
    this.accepts = accepts
  }
}

/** Items that are put in and got out one by one, first in, first out. */
export class Store<T> extends Exchange<Offer<T>, Demand<T>> {
  #capacity: number
  protected readonly stored: WaitingLine<T>

  constructor(simulation: Simulation, options: StoreOptions = {}, order?: (a: T, b: T) => number) {
    super(simulation, options)
    this.#capacity = checkCount('the capacity of a store', options.capacity ?? Infinity)
    this.stored = new WaitingLine(Infinity, order)
  }

  get capacity(): number {
    return this.#capacity
  }

  /** The items, in the order they will be handed out. */
  get items(): readonly T[] {
    return this.stored.members
  }

  /**
   * Puts an item in as soon as there is room.
   *
   * @throws LineFull if it would have to wait, and no more may.
   */
  put(item: T): Offer<T> {
    return this.enterPut(new Offer(this, item))
  }

  /** Gets the next item as soon as there is one; see {@link put}. */
  get(): Demand<T> {
    return this.enterGet(new Demand(this, undefined))
  }

  /** Goes on with another capacity from now on; what is in it stays, even if that is more. */
  setCapacity(capacity: number): void {
    this.#capacity = checkCount('the capacity of a store', capacity)
    this.settle()
  }

  protected override tryPut(put: Offer<T>): boolean {
    if (this.stored.length >= this.#capacity) return false
    this.admit(put)
    return true
  }

  /** Takes in an offer for which there is room. */
  protected admit(put: Offer<T>): void {
    this.stored.add(put.item)
    put.meet()
  }

  protected override tryGet(get: Demand<T>): boolean {
    const items = this.stored.members
    const at = get.accepts === undefined ? 0 : items.findIndex(get.accepts)
    if (at < 0 || at >= items.length) return false
    get.meet(this.stored.removeAt(at))
    return true
  }
}

/** A store that hands out the least item first, by the given order; equals first in, first out. */
export class PriorityStore<T> extends Store<T> {
  constructor(simulation: Simulation, order: (a: T, b: T) => number, options: StoreOptions = {}) {
    super(simulation, options, order)
  }
}
