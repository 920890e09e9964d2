/** What the receivers of a channel get from each of those that send on it, W: links take a place in it, however many a server has. */
export class ReceivedPowers {
  /** Places that there are room for. */
  capacity = 0
  /** At the receiver of the link at a place, a row, from the sender of each; `capacity`×`capacity`. */
  watts = new Float64Array(0)
  /** Places below `#next` that were given back. */
  readonly #free: number[] = []
  #next = 0

  take(): number {
    const free = this.#free.pop()
    if (free !== undefined) return free
    if (this.#next === this.capacity) this.#grow()
    return this.#next++
  }

  giveBack(place: number): void {
    this.#free.push(place)
  }

  #grow(): void {
    const before = this.capacity
    const capacity = Math.max(4, 2 * before)
    const watts = new Float64Array(capacity * capacity)
    for (let row = 0; row < before; row++)
      watts.set(this.watts.subarray(row * before, (row + 1) * before), row * capacity)
    this.capacity = capacity
    this.watts = watts
  }
}
