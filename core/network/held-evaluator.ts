import type { RandomStream } from '../kernel/random-stream.js'
import { type Assignment, SITS_OUT } from './assignment.js'
import { type AnnealingSchedule, Evaluator } from './evaluator.js'
import type { ClientChoice } from './joint-clients.js'
import type { RoundNetwork } from './round-network.js'

/**
 * An evaluator in which some hold a slot and stay there: they interfere, share edge servers and count for the cost like all others, and what
 * would move them throws a `RangeError`. Searches exchange nothing with them.
 */
export class HeldEvaluator extends Evaluator {
  /** `SITS_OUT` for those who may be placed; length N. */
  #held: Assignment

  constructor(network: RoundNetwork, held: Assignment) {
    super(network)
    this.#held = held.slice()
    super.reset(this.#held)
  }

  /** Others hold a slot from now on, and nobody else has one. */
  hold(held: Assignment): void {
    this.#held = held.slice()
    super.reset(this.#held)
  }

  /** Whether clients differ in nothing that is decided but their slots. */
  get isOfSlotsAlone(): boolean {
    return this.joint === undefined
  }

  /** Takes another assignment, from scratch; those who hold a slot have it, or sit out in it. */
  override reset(assignment: Assignment): void {
    super.reset(
      this.#held.map((held, client) => {
        if (held === SITS_OUT) return assignment[client]
        if (assignment[client] !== SITS_OUT && assignment[client] !== held) this.#refuse(client)
        return held
      }),
    )
  }

  override nextSwap(client: number, after: number, limit: number): number {
    let other = super.nextSwap(client, after, limit)
    while (other !== SITS_OUT && this.#held[other] !== SITS_OUT) other = super.nextSwap(client, other, limit)
    return other
  }

  override remove(client: number): void {
    this.#check([client])
    super.remove(client)
  }

  override move(client: number, slot: number): void {
    this.#check([client])
    super.move(client, slot)
  }

  override swap(first: number, second: number): void {
    this.#check([first, second])
    super.swap(first, second)
  }

  override choose(client: number, choice: ClientChoice): void {
    this.#check([client])
    super.choose(client, choice)
  }

  override placeInTurn(clients: readonly number[]): void {
    this.#check(clients)
    super.placeInTurn(clients)
  }

  override placeGreedily(clients: readonly number[]): void {
    this.#check(clients)
    super.placeGreedily(clients)
  }

  override anneal(clients: readonly number[], schedule: AnnealingSchedule, random: RandomStream): void {
    this.#check(clients)
    super.anneal(clients, schedule, random)
  }

  override exchangeUntilStable(clients: readonly number[], emptySlots: boolean, sweeps: number): number {
    this.#check(clients)
    let changes = 0
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const before = changes
      for (const client of clients) changes += this.#improve(client, emptySlots)
      if (changes === before) break
    }
    return changes
  }

  /** Carries out the changes of one client that lower the cost; how many. */
  #improve(client: number, emptySlots: boolean): number {
    let changes = 0
    let slot = emptySlots ? this.nextMove(client, -1, this.#limit) : SITS_OUT
    for (; slot !== SITS_OUT; slot = this.nextMove(client, slot, this.#limit)) {
      if (!(this.candidateCost < this.#limit)) continue
      this.move(client, slot)
      changes++
    }
    let other = this.nextSwap(client, client, this.#limit)
    for (; other !== SITS_OUT; other = this.nextSwap(client, other, this.#limit)) {
      if (!(this.candidateCost < this.#limit)) continue
      this.swap(client, other)
      changes++
    }
    return changes
  }

  /** What costs less gains by more than rounding. */
  get #limit(): number {
    return this.cost * (1 - 1e-12)
  }

  #check(clients: readonly number[]): void {
    for (const client of clients)
      if (this.#held[client] !== undefined && this.#held[client] !== SITS_OUT) this.#refuse(client)
  }

  #refuse(client: number): never {
    throw new RangeError(`client ${client} holds its slot and stays there`)
  }
}
