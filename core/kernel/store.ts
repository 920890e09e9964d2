import { Exchange, Trade } from './exchange.js'
import { KernelError } from './failure.js'
import type { Simulation } from './simulation.js'
import { WaitingLine } from './waiting-line.js'

/** How many items a store holds at most. */
export interface StoreOptions {
  /** How many items there is room for; by default any number. */
  readonly capacity?: number
}

class Offer<T> extends Trade<void> {
  readonly item: T

  constructor(store: Store<T>, item: T) {
    super(store, 'store.put')
    this.item = item
  }
}

class Demand<T> extends Trade<T> {
  readonly accepts: ((item: T) => boolean) | undefined

  constructor(store: Store<T>, accepts: ((item: T) => boolean) | undefined) {
    super(store, 'store.get')
    this.accepts = accepts
  }
}

/** Items that are put in and got out one by one, first in, first out. */
export class Store<T> extends Exchange<Offer<T>, Demand<T>> {
  readonly capacity: number
  readonly #items: WaitingLine<T>

  constructor(simulation: Simulation, options: StoreOptions = {}, order?: (a: T, b: T) => number) {
    super(simulation)
    this.capacity = options.capacity ?? Infinity
    this.#items = new WaitingLine(order)
    if (!(this.capacity > 0)) throw new KernelError(`a store's capacity is positive, not ${this.capacity}`)
  }

  /** The items, in the order they will be handed out. */
  get items(): readonly T[] {
    return this.#items.members
  }

  /** Puts an item in as soon as there is room. */
  put(item: T): Trade<void> {
    const put = new Offer(this, item)
    this.puts.add(put)
    this.settle()
    return put
  }

  /** Gets the next item as soon as there is one. */
  get(): Trade<T> {
    return this.demand(undefined)
  }

  protected demand(accepts: ((item: T) => boolean) | undefined): Trade<T> {
    const get = new Demand(this, accepts)
    this.gets.add(get)
    this.settle()
    return get
  }

  protected override tryPut(put: Offer<T>): boolean {
    if (this.#items.length >= this.capacity) return false
    this.#items.add(put.item)
    put.succeed()
    return true
  }

  protected override tryGet(get: Demand<T>): boolean {
    const items = this.#items.members
    const at = get.accepts === undefined ? 0 : items.findIndex(get.accepts)
    if (at < 0 || at >= items.length) return false
    const item = items[at]
    this.#items.remove(item)
    get.succeed(item)
    return true
  }
}

/** A store that hands out the least item first, by the given order; equals first in, first out. */
export class PriorityStore<T> extends Store<T> {
  constructor(simulation: Simulation, order: (a: T, b: T) => number, options: StoreOptions = {}) {
    super(simulation, options, order)
  }
}

/** A store from which an item of a certain kind can be asked for; who asks for another kind is not held up. */
export class FilterStore<T> extends Store<T> {
  /** Gets the first item that is accepted, as soon as there is one. */
  override get(accepts?: (item: T) => boolean): Trade<T> {
    return this.demand(accepts)
  }

  protected override get strictOrder(): boolean {
    return false
  }
}
