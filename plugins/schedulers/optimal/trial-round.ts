import {
  Evaluator,
  evaluateRound,
  type RoundCost,
  type RoundNetwork,
  SITS_OUT,
} from '../../../core/plugin/index.js'
import { Choice, type Mode } from '../shared/modes.js'

/** Clients of one channel, of whom a column is made, with nobody else in the network. */
export class TrialRound {
  readonly #network: RoundNetwork
  readonly #evaluator: Evaluator

  /** Nobody is placed. */
  constructor(network: RoundNetwork, modes: readonly (readonly Mode[])[]) {
    const choice = new Choice(network)
    for (const [client, own] of modes.entries()) choice.set(client, own[0])
    this.#network = network
    this.#evaluator = new Evaluator(network, choice.with(new Int32Array(network.clients).fill(SITS_OUT)))
  }

  /** Works out the round if a client came to a slot beside those placed: `cost` and `time` are then its. */
  tryPlacing(client: number, slot: number, mode: Mode): void {
    if (isNothing(mode)) this.#evaluator.costOfPlacing(client, slot)
    else this.#evaluator.costOfChoosing(client, { slot, ...mode })
  }

  /** What the clients' energies cost in the round tried. */
  get cost(): number {
    return this.#evaluator.candidateEnergyCost
  }

  /** T of the round tried, s. */
  get time(): number {
    return this.#evaluator.candidateTime
  }

  place(client: number, slot: number, mode: Mode): void {
    if (isNothing(mode)) this.#evaluator.place(client, slot)
    else this.#evaluator.choose(client, { slot, ...mode })
  }

  remove(client: number): void {
    this.#evaluator.remove(client)
  }

  /** Times of the clients placed. */
  times(): Pick<RoundCost, 'clientTime' | 'edgeTime'> {
    return evaluateRound(this.#network, this.#evaluator.decision())
  }
}

const isNothing = (mode: Mode): boolean => {
  for (const _ in mode) return false
  return true
}
