import { SITS_OUT } from '../../network/assignment.js'

/** Who waits for slots that others wait for, too. */
interface Sharer {
  /** When the first of those began to wait that wait for a slot and may begin; Infinity where nobody does. */
  firstPlace(slot: number): number
  /** Hands a slot that is free to the first of those. */
  handOver(slot: number): void
  /** Somebody else has given one back. */
  onOthersGiveBack(): void
}

/** Who holds which slot: one for all jobs that share the network. */
export class Holdings {
  /** What each client holds, `SITS_OUT` for nothing; length N. */
  readonly held: Int32Array
  readonly #holders = new Map<number, number>()
  readonly #sharers: Sharer[] = []
  #places = 0
  /** Told when a slot is free that nobody waits for. */
  onFree: () => void = () => {}

  constructor(clients: number) {
    this.held = new Int32Array(clients).fill(SITS_OUT)
  }

  /** How many slots are held. */
  get count(): number {
    return this.#holders.size
  }

  /** Clients that hold one. */
  get holders(): Iterable<number> {
    return this.#holders.values()
  }

  join(sharer: Sharer): void {
    this.#sharers.push(sharer)
  }

  /** The next place in the order in which all who share the slots begin to wait. */
  nextPlace(): number {
    return this.#places++
  }

  isHeld(slot: number): boolean {
    return this.#holders.has(slot)
  }

  hold(client: number, slot: number): void {
    this.#holders.set(slot, client)
    this.held[client] = slot
  }

  /** The slot that a client gives back. */
  release(client: number): number {
    const slot = this.held[client]
    this.held[client] = SITS_OUT
    this.#holders.delete(slot)
    return slot
  }

  /** Passes a slot on that `from` gave back: to whoever has waited for it longest. */
  pass(slot: number, from: Sharer): void {
    if (this.#sharers.length === 1) {
      from.handOver(slot)
      return
    }
    let first = from
    let earliest = Infinity
    for (const sharer of this.#sharers) {
      const place = sharer.firstPlace(slot)
      if (place >= earliest) continue
      first = sharer
      earliest = place
    }
    first.handOver(slot)
    if (this.isHeld(slot)) return
    for (const sharer of this.#sharers) if (sharer !== from) sharer.onOthersGiveBack()
    this.onFree()
  }
}
