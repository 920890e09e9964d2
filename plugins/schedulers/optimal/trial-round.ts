import {
  Evaluator,
  evaluateRound,
  type RoundCost,
  type RoundNetwork,
  SITS_OUT,
} from '../../../core/plugin/index.js'
import { Choice, type Mode } from './modes.js'

/** Clients of one channel, of whom a column is made, with nobody else in the network. */
export interface TrialRound {
  /** Works out the round if a client came to a slot beside those placed: `cost` and `time` are then its. */
  tryPlacing(client: number, slot: number, mode: Mode): void
  /** What the clients' energies cost in the round tried. */
  readonly cost: number
  /** T of the round tried, s. */
  readonly time: number
  place(client: number, slot: number, mode: Mode): void
  remove(client: number): void
  /** Times of the clients placed. */
  times(): Pick<RoundCost, 'clientTime' | 'edgeTime'>
}

/** A trial round where clients have one mode each. */
class SlotRound implements TrialRound {
  readonly #network: RoundNetwork
  readonly #evaluator: Evaluator
  readonly #assignment: Int32Array

  constructor(network: RoundNetwork) {
    this.#network = network
    this.#evaluator = new Evaluator(network)
    this.#assignment = new Int32Array(network.clients).fill(SITS_OUT)
  }

  tryPlacing(client: number, slot: number): void {
    this.#evaluator.costOfPlacing(client, slot)
  }

  get cost(): number {
    return this.#evaluator.candidateEnergyCost
  }

  get time(): number {
    return this.#evaluator.candidateTime
  }

  place(client: number, slot: number): void {
    this.#evaluator.place(client, slot)
    this.#assignment[client] = slot
  }

  remove(client: number): void {
    this.#evaluator.remove(client)
    this.#assignment[client] = SITS_OUT
  }

  times(): RoundCost {
    return evaluateRound(this.#network, this.#assignment)
  }
}

/** A trial round whatever clients do beside holding slots. */
class JointRound implements TrialRound {
  readonly #network: RoundNetwork
  readonly #assignment: Int32Array
  readonly #choice: Choice
  cost = 0
  time = 0

  constructor(network: RoundNetwork) {
    this.#network = network
    this.#assignment = new Int32Array(network.clients).fill(SITS_OUT)
    this.#choice = new Choice(network)
  }

  tryPlacing(client: number, slot: number, mode: Mode): void {
    this.place(client, slot, mode)
    const { clientEnergy, time } = this.times()
    this.remove(client)
    const { weights, prices } = this.#network
    this.time = time
    this.cost = 0
    for (const [n, joules] of clientEnergy.entries()) {
      if (Number.isNaN(joules)) continue
      const weight = weights.energy + (prices?.energy?.[n] ?? 0)
      if (weight !== 0) this.cost += weight * joules
    }
  }

  place(client: number, slot: number, mode: Mode): void {
    this.#assignment[client] = slot
    this.#choice.set(client, mode)
  }

  remove(client: number): void {
    this.#assignment[client] = SITS_OUT
  }

  times(): RoundCost {
    return evaluateRound(this.#network, { assignment: this.#assignment, ...this.#choice.decision })
  }
}

/** A trial round with nobody placed. */
export function trialRound(network: RoundNetwork, modes: readonly (readonly Mode[])[]): TrialRound {
  return !network.receiveW && modes.every((own) => own.length === 1 && Object.keys(own[0]).length === 0)
    ? new SlotRound(network)
    : new JointRound(network)
}
