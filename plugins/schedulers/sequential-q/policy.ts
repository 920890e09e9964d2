import { type Assignment, type Decision, type SavedState, SITS_OUT } from '../../../core/plugin/index.js'
import { FEATURES, writeFeatures } from './features.js'
import type { KnownGains, RequestTier } from './gains.js'
import type { TakingPart } from './holders.js'
import { SlotNetwork, weightLayout } from './network.js'
import { Requests, SHORTLIST } from './requests.js'
import type { Ways } from './ways.js'

/** Hidden units of the slot network. */
export const WIDTH = 64

/** Changes with the meaning of the features: weights trained for others are of no use. */
export const FEATURE_VERSION = 2

/** An assignment and what it costs. */
export interface Alternative {
  readonly assignment: Assignment
  readonly cost: number
}

/** Whether one serves more than the other, or as many for less. */
export function isBetter(one: Alternative, other: Alternative): boolean {
  const more = servedBy(one.assignment) - servedBy(other.assignment)
  return more > 0 || (more === 0 && one.cost < other.cost)
}

const servedBy = (assignment: Assignment): number =>
  assignment.reduce((served, slot) => served + (slot === SITS_OUT ? 0 : 1), 0)

/** The learned policy: a first request takes the candidate of largest Q, later ones that of least estimated cost. */
export class Policy {
  readonly network = new SlotNetwork(FEATURES, WIDTH, SHORTLIST, 1)
  /** Q of each candidate of the request at hand: minus the logarithmic rise of the estimated cost, plus what was learned. */
  readonly values = new Float64Array(SHORTLIST)
  #requests: Requests | undefined

  /**
   * Decides a round; after their first requests clients request again in so many sweeps.
   *
   * They set out from `other` where that serves more or is cheaper than what the first requests came to.
   */
  decide(gains: KnownGains, who: TakingPart, sweeps: number, other?: Alternative): Assignment {
    const requests = this.requestsFor(gains)
    requests.open(gains, who, sweeps)
    while (requests.first) this.request(requests)
    return this.sweep(requests, other)
  }

  /** Lets clients request again after their first requests, from where `other` has them if that is better. */
  sweep(requests: Requests, other?: Alternative): Assignment {
    const { board } = requests
    if (other && isBetter(other, { assignment: board.slot, cost: board.cost() }))
      requests.startFrom(other.assignment)
    while (requests.made < requests.total) this.request(requests)
    return board.slot.slice()
  }

  /**
   * The same, where clients choose a slot and a way to take part in at once. From `start` they set out where that is cheaper, each then in the way that it
   * would choose alone.
   */
  decideJointly(
    gains: KnownGains,
    who: TakingPart,
    sweeps: number,
    ways: Ways,
    start?: Assignment,
  ): Decision {
    const requests = this.requestsFor(gains, ways.most)
    requests.open(gains, who, sweeps, ways)
    while (requests.first) this.request(requests)
    const { board } = requests
    if (start) {
      const own = { assignment: board.slot.slice(), cost: board.cost() }
      const kept = board.save()
      requests.startFrom(start)
      if (!isBetter({ assignment: start, cost: board.cost() }, own)) board.restore(kept)
    }
    while (requests.made < requests.total) this.request(requests)
    return ways.decisionOf(board.slot.slice(), board.way)
  }

  /** The requests of a network of this size, kept from round to round. */
  requestsFor({ parameters: { clients, servers, channels } }: KnownGains, ways = 1): Requests {
    const requests = this.#requests
    const board = requests?.board
    if (
      board?.clients !== clients ||
      board.servers !== servers ||
      board.channels !== channels ||
      requests?.mostWays !== ways
    )
      this.#requests = new Requests(clients, servers, channels, ways)
    return this.#requests as Requests
  }

  /** Lets the next client request. */
  request(requests: Requests): void {
    requests.consider()
    requests.take(requests.first ? this.choose(requests) : 0)
  }

  /** The place of the best candidate of the first request at hand, once its `values` are worked out. */
  choose(requests: Requests): number {
    const { candidates } = requests
    if (candidates.count < 2) {
      this.values[0] = 0
      if (candidates.count === 0 || this.#decidesAlone) return 0
    }
    const { network, values } = this
    network.starts[1] = candidates.count
    writeFeatures(requests, network.features, 0)
    network.forward(1)
    return bestOf(requests, network.values, values)
  }

  /** Nobody needs the value of a candidate that has no rival, unless it is learned from. */
  readonly #decidesAlone: boolean

  constructor(learning = false) {
    this.#decidesAlone = !learning
  }
}

/** The place of the best candidate by what the network says of each; writes Q of each into `values`. */
export function bestOf(requests: Requests, said: ArrayLike<number>, values: Float64Array): number {
  let best = 0
  for (let i = 0; i < requests.candidates.count; i++) {
    values[i] = said[i] - riseOf(requests, i)
    if (values[i] > values[best]) best = i
  }
  return best
}

/** By how much a candidate looks to raise the cost: log(after / before). */
export const riseOf = ({ candidates, projectedCost }: Requests, place: number): number =>
  Math.log(candidates.cost[place] / projectedCost)

/** Weights as they are kept, by the names of their parts. */
export function savedPolicy(weights: Float32Array, tier: RequestTier, joint = false): SavedState {
  const parts = weightLayout(FEATURES, WIDTH).map(
    ({ name, offset, length }) => [name, weights.slice(offset, offset + length)] as const,
  )
  return {
    arrays: Object.fromEntries(parts),
    values: { tier, features: FEATURE_VERSION, ...(joint && { joint }) },
  }
}

/** The weights of a state that `savedPolicy` made; undefined where it is not one of this network. */
export function weightsOf({ arrays }: SavedState): Float32Array | undefined {
  const layout = weightLayout(FEATURES, WIDTH)
  const weights = new Float32Array(layout.reduce((sum, { length }) => sum + length, 0))
  for (const { name, offset, length } of layout) {
    const part = arrays[name]
    if (!(part instanceof Float32Array) || part.length !== length) return undefined
    weights.set(part, offset)
  }
  return weights
}
