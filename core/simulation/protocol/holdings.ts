import { SITS_OUT } from '../../network/assignment.js'
import { type Decision, ROUNDING } from '../../network/decision.js'

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
  /** The decision by which each client holds what it does, or held it last; length N. */
  readonly #by: (Decision | undefined)[]
  /** The client that a free slot was promised to, where one was. */
  readonly #promised = new Map<number, number>()
  readonly #holders = new Set<number>()
  /** How much is held of each slot of which anything is. */
  readonly #taken = new Map<number, number>()
  readonly #sharers: Sharer[] = []
  #places = 0
  /** Told when a slot is free that nobody waits for. */
  onFree: () => void = () => {}

  constructor(clients: number) {
    this.held = new Int32Array(clients).fill(SITS_OUT)
    this.#by = new Array<Decision | undefined>(clients).fill(undefined)
  }

  /** How many clients hold a slot, or a share of one. */
  get count(): number {
    return this.#holders.size
  }

  /** Clients that hold one. */
  get holders(): Iterable<number> {
    return this.#holders
  }

  join(sharer: Sharer): void {
    this.#sharers.push(sharer)
  }

  /** The next place in the order in which all who share the slots begin to wait. */
  nextPlace(): number {
    return this.#places++
  }

  /** What was decided for a client beside the slot that it holds, or held last. */
  decisionOf(client: number): Decision {
    return this.#by[client]!
  }

  /** Whether a client can have a slot, or so much of it, now. */
  fits(client: number, slot: number, share: number): boolean {
    const promised = this.#promised.size === 0 ? client : (this.#promised.get(slot) ?? client)
    return promised === client && (this.#taken.get(slot) ?? 0) + share <= 1 + ROUNDING
  }

  hold(client: number, slot: number, decision: Decision): void {
    this.#holders.add(client)
    this.#taken.set(slot, (this.#taken.get(slot) ?? 0) + shareIn(decision, client))
    this.#by[client] = decision
    this.held[client] = slot
  }

  /** A free slot that a client will be given in a while: nobody else gets it until then. */
  promise(client: number, slot: number): void {
    this.#promised.set(slot, client)
  }

  unpromise(slot: number): void {
    this.#promised.delete(slot)
  }

  /** How many slots were promised. */
  get promises(): number {
    return this.#promised.size
  }

  /** The slots that clients hold or were promised, `SITS_OUT` for none; length N. */
  taken(): Int32Array {
    const taken = this.held.slice()
    for (const [slot, client] of this.#promised) taken[client] = slot
    return taken
  }

  /** The slot that a client gives back. */
  release(client: number): number {
    const slot = this.held[client]
    const left = (this.#taken.get(slot) ?? 0) - shareIn(this.decisionOf(client), client)
    this.held[client] = SITS_OUT
    this.#holders.delete(client)
    if (left > ROUNDING) this.#taken.set(slot, left)
    else this.#taken.delete(slot)
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
    if (this.#taken.has(slot)) return
    for (const sharer of this.#sharers) if (sharer !== from) sharer.onOthersGiveBack()
    this.onFree()
  }
}

/** How much of its slot a decision gives a client. */
export const shareIn = ({ share }: Decision, client: number): number => share?.[client] ?? 1
