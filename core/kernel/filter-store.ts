import { Demand, type Offer, Store } from './store.js'

/**
 * A store from which an item of a certain kind can be asked for; who asks for another kind is not held up.
 *
 * Each demand is asked once about each item: when it is made about those that are there, and then about each that comes in.
 */
export class FilterStore<T> extends Store<T> {
  /** Gets the first item that is accepted, as soon as there is one. */
  override get(accepts?: (item: T) => boolean): Demand<T> {
    return this.enterGet(new Demand(this, accepts))
  }

  protected override get strictOrder(): boolean {
    return false
  }

  protected override admit(put: Offer<T>): void {
    const taker = this.#takerOf(put.item)
    if (taker === undefined) super.admit(put)
    else {
      this.gets.remove(taker)
      put.meet()
      taker.meet(put.item)
    }
  }

  /** The first who waits for such an item. */
  #takerOf(item: T): Demand<T> | undefined {
    for (const get of [...this.gets.members]) {
      try {
        if (get.accepts === undefined || get.accepts(item)) return get
      } catch (error) {
        // Whoever happens to bring an item is not to blame for how it is judged.
        this.gets.remove(get)
        get.refuse(error)
      }
    }
    return undefined
  }
}
