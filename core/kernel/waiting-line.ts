import { checkCount, LineFull } from './failure.js'

/** Those who wait, in the order they are to be served; equals are served first come, first served. */
export class WaitingLine<T> {
  readonly #members: T[] = []
  readonly #capacity: number
  readonly #order: (a: T, b: T) => number

  /** Without an order, whoever comes goes to the end. */
  constructor(capacity = Infinity, order: (a: T, b: T) => number = () => 0) {
    this.#capacity = capacity === 0 ? 0 : checkCount('the number of those who may wait', capacity)
    this.#order = order
  }

  get length(): number {
    return this.#members.length
  }

  get first(): T | undefined {
    return this.#members[0]
  }

  get members(): readonly T[] {
    return this.#members
  }

  /** Whether nobody would be served before a newcomer. */
  leads(member: T): boolean {
    const members = this.#members
    return members.length === 0 || this.#order(member, members[0]) < 0
  }

  /** @throws LineFull if no more may wait. */
  add(member: T): void {
    const members = this.#members
    if (members.length >= this.#capacity) {
      throw new LineFull(`no more than ${this.#capacity} may wait, and so many do`)
    }
    let low = 0
    let high = members.length
    // Most come in order, so the end is tried first.
    if (high === 0 || this.#order(members[high - 1], member) <= 0) {
      members.push(member)
      return
    }
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#order(members[middle], member) <= 0) low = middle + 1
      else high = middle
    }
    members.splice(low, 0, member)
  }

  shift(): T | undefined {
    return this.#members.shift()
  }

  remove(member: T): boolean {
    const at = this.#members.indexOf(member)
    if (at < 0) return false
    this.removeAt(at)
    return true
  }

  /** Removes the one at a place, which there is, and returns it. */
  removeAt(at: number): T {
    return (at === 0 ? this.#members.shift() : this.#members.splice(at, 1)[0]) as T
  }
}
