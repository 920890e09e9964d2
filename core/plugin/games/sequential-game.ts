import { type Assignment, channelOf, SITS_OUT, serverOf } from '../../network/assignment.js'
import { evaluateRound, systemCost } from '../../network/round-cost.js'
import type { RoundNetwork } from '../../network/round-network.js'
import { FOREVER } from '../../network/transfer.js'
import type { InformationTier } from '../tiers.js'
import type { SchedulerView } from '../view.js'
import { LeastNeeds } from './least-needs.js'
import { RequestBoard } from './request-board.js'

/**
 * A round as a sequential game: clients ask for slots one after another, hardest first, and nobody asks for a taken one.
 *
 * The clients that come first are those with the weakest best mean gain. What is seen comes from the view, and so stays
 * within its tier; what is earned comes from the network.
 */
export class SequentialGame {
  readonly board: RequestBoard
  readonly #network: RoundNetwork
  readonly #needs: LeastNeeds
  #projected: number

  constructor(view: SchedulerView, tier: InformationTier, network: RoundNetwork) {
    this.board = new RequestBoard(view, tier)
    this.#network = network
    this.#needs = new LeastNeeds(network)
    this.#projected = this.#projection()
  }

  /** Whether everyone has a slot, or no slot is left. */
  get over(): boolean {
    return this.board.client === SITS_OUT
  }

  /**
   * Gives the client whose turn it is a free slot; returns −log(cost after / cost before) of the projected cost, in
   * which those that wait count with the least that they could need: over a round, −log(cost / least that it could be).
   */
  take(slot: number): number {
    const before = this.#projected
    this.board.take(slot)
    this.#projected = this.#projection()
    return -Math.log(this.#projected / before)
  }

  /** What the round costs as it stands. */
  outcome(): { readonly assignment: Assignment; readonly cost: ReturnType<typeof evaluateRound> } {
    const assignment = this.board.assignment.slice()
    return { assignment, cost: evaluateRound(this.#network, assignment) }
  }

  /** λT + μΣE of those that have asked, the others as alone in their best slot; a number even where a link is blocked. */
  #projection(): number {
    const { board } = this
    const placed = evaluateRound(this.#network, board.assignment)
    let { time, energy } = placed
    for (const client of board.waiting()) {
      time = Math.max(time, this.#needs.seconds[client])
      energy += this.#needs.joules[client]
    }
    return Math.min(systemCost(this.#network.weights, time, energy), FOREVER)
  }
}

/** The slot of a request for one that is taken: a free one of the same server, else anywhere, the one heard best. */
export function nearestFree(board: RequestBoard, asked: number): number {
  if (!board.taken[asked]) return asked
  const { channels, servers } = board.parameters
  const server = serverOf(asked, channels)
  let best = SITS_OUT
  let bestHere = false
  let bestGain = Number.NEGATIVE_INFINITY
  for (let slot = 0; slot < servers * channels; slot++) {
    if (board.taken[slot]) continue
    const here = serverOf(slot, channels) === server
    if (bestHere && !here) continue
    // Where gains are beyond the tier all are alike, and the first of them is taken.
    const gain = board.gainOf(serverOf(slot, channels), channelOf(slot, channels))
    if (here === bestHere && gain <= bestGain) continue
    best = slot
    bestHere = here
    bestGain = gain
  }
  return best
}
