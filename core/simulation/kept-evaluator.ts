import type { Assignment } from '../network/assignment.js'
import { HeldEvaluator } from '../network/held-evaluator.js'
import type { RoundNetwork } from '../network/round-network.js'

/** An evaluator that is handed on from one question to the next, as long as they are about the same network: it is loaded once for all. */
export class KeptEvaluator {
  #evaluator: HeldEvaluator | undefined

  /** With those placed that hold a slot; whoever had it before has it no more. */
  with(network: RoundNetwork, held: Assignment): HeldEvaluator {
    const kept = this.#evaluator
    if (kept?.network === network && kept.isOfSlotsAlone) kept.hold(held)
    else this.#evaluator = new HeldEvaluator(network, held)
    return this.#evaluator!
  }
}
