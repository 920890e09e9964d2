import type { RandomStream, Simulation } from '../../kernel/index.js'
import { type Assignment, SITS_OUT } from '../../network/assignment.js'
import type { Decision } from '../../network/decision.js'
import type { Asks, QueueDiscipline } from '../../plugin/protocol-contracts.js'
import type { Holdings } from './holdings.js'
import { type Candidates, Slots } from './slots.js'

/** Behind all else that is due at that instant: whoever asks at it is heard together. */
const BEHIND = 1

/**
 * Slots that are given to those who ask, for a turn each: what others hold stays as it is, and who finds none free queues.
 *
 * `onAsked` is called when somebody who waits is to be decided for and a slot is free: at the instant at which it asks or a slot
 * is given back, or when the window has passed that begins then.
 */
export class AskedSlots extends Slots {
  readonly #simulation: Simulation
  readonly #asks: Asks
  readonly #slots: number
  readonly #random: RandomStream
  readonly #onAsked: () => void
  /** Of each client: which question its present one is, when it asked it, s (NaN: it does not wait), s it has waited before, turns it had. */
  readonly #question: Float64Array
  readonly #since: Float64Array
  readonly #waited: Float64Array
  readonly #turns: Int32Array
  #questions = 0
  #windowOpen = false
  /** The slot that each client was promised, `SITS_OUT` for none. */
  readonly #promised: Int32Array

  constructor(
    simulation: Simulation,
    size: { readonly clients: number; readonly slots: number },
    candidates: Candidates,
    asks: Asks,
    random: RandomStream,
    onAsked: () => void,
    holdings?: Holdings,
  ) {
    super(simulation, size.clients, candidates, holdings)
    this.#simulation = simulation
    this.#asks = asks
    this.#slots = size.slots
    this.#random = random
    this.#onAsked = onAsked
    this.#question = new Float64Array(size.clients)
    this.#since = new Float64Array(size.clients).fill(Number.NaN)
    this.#waited = new Float64Array(size.clients)
    this.#turns = new Int32Array(size.clients)
    this.#promised = new Int32Array(size.clients).fill(SITS_OUT)
  }

  /** The slots of those who asked; everyone else keeps what it holds. */
  override assign(decision: Decision): void {
    for (const [client, slot] of decision.assignment.entries()) {
      if (slot === SITS_OUT || this.holds(client)) continue
      this.#unpromise(client)
      // Who was promised one and has left by now asks again when it is back.
      if (!this.candidates.may(client)) {
        this.onOthersGiveBack()
        this.holdings.pass(slot, this)
        continue
      }
      this.give(client, slot, decision)
      this.wake(client)
    }
  }

  /** Slots that were decided and will be given in a while: nobody else gets them, and those who will are not asked for again. */
  promise(given: Assignment): void {
    for (const [client, slot] of given.entries()) {
      if (slot === SITS_OUT || this.holds(client)) continue
      this.#promised[client] = slot
      this.holdings.promise(client, slot)
    }
  }

  #unpromise(client: number): void {
    if (this.#promised[client] === SITS_OUT) return
    this.holdings.unpromise(this.#promised[client])
    this.#promised[client] = SITS_OUT
  }

  /** Everybody may ask. */
  override hasGiven(): boolean {
    return true
  }

  /** Who is to be decided for, of those that wait: as many as there are free slots, the first of the queue. */
  asking(): Uint8Array {
    const queue = this.waitingClients.filter(
      (client) => this.candidates.may(client) && this.#promised[client] === SITS_OUT,
    )
    const asking = new Uint8Array(this.held.length)
    for (const client of this.#inOrder(queue).slice(0, this.#free)) asking[client] = 1
    return asking
  }

  protected override onWait(client: number): void {
    if (Number.isNaN(this.#since[client])) {
      this.#since[client] = this.#simulation.now
      this.#question[client] = this.#questions++
    }
    this.#ask()
  }

  protected override onHold(client: number): void {
    this.#turns[client]++
    if (!Number.isNaN(this.#since[client])) this.#waited[client] += this.#simulation.now - this.#since[client]
    this.#since[client] = Number.NaN
  }

  protected override onGiveBack(client: number): void {
    this.give(client, SITS_OUT)
    this.onOthersGiveBack()
  }

  override onOthersGiveBack(): void {
    if (this.waitingClients.length > 0) this.#ask()
  }

  get #free(): number {
    return this.#slots - this.holdings.count - this.holdings.promises
  }

  #ask(): void {
    if (this.#windowOpen || this.#free === 0) return
    this.#windowOpen = true
    this.#simulation.schedule(
      this.#asks.windowSeconds,
      () => {
        this.#windowOpen = false
        if (this.asking().includes(1)) this.#onAsked()
      },
      BEHIND,
    )
  }

  #inOrder(queue: number[]): number[] {
    const { now } = this.#simulation
    const first: Record<Exclude<QueueDiscipline, 'random'>, (client: number) => number> = {
      fifo: () => 0,
      'longest-waiting': (client) => this.#since[client] - now - this.#waited[client],
      'fewest-turns': (client) => this.#turns[client],
    }
    const { queue: discipline } = this.#asks
    if (discipline === 'random') {
      const order = queue.sort((a, b) => a - b)
      this.#random.shuffle(order)
      return order
    }
    const by = first[discipline]
    return queue.sort((a, b) => by(a) - by(b) || this.#question[a] - this.#question[b])
  }
}
