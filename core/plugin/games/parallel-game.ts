import { type Assignment, SITS_OUT } from '../../network/assignment.js'
import { evaluateRound, type RoundCost } from '../../network/round-cost.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { TwinEpisodes } from '../training-contracts.js'
import type { Episode } from './episode.js'
import type { Observed } from './observation.js'
import type { BudgetsLeft } from './reward.js'

/** A round that was played: in which network, by which assignment, what it cost, and who is left. */
export interface PlayedGame extends BudgetsLeft {
  readonly network: RoundNetwork
  readonly assignment: Assignment
  readonly cost: RoundCost
}

/**
 * The paper's game (Section V): every client asks for a slot at the same time, round after round of an episode.
 *
 * Clients that ask for one slot interfere; whoever wants them repaired does so before.
 */
export class ParallelGame {
  readonly episode: Episode
  readonly #networks: Pick<TwinEpisodes, 'network'>
  #network: RoundNetwork | undefined

  constructor(networks: Pick<TwinEpisodes, 'network'>, episode: Episode) {
    this.#networks = networks
    this.episode = episode
  }

  /** The network of the round at hand, drawn when it is first asked for. */
  get network(): RoundNetwork {
    this.#network ??= this.#networks.network(this.episode.episode, this.episode.round)
    return this.#network
  }

  /** 1 for each client that may ask for a slot, length N. */
  get active(): Uint8Array {
    return this.episode.active
  }

  /** Whether the budgets are spent, or the episode's rounds. */
  get over(): boolean {
    return this.episode.ended || this.episode.full
  }

  /** What there is to see before the round at hand. */
  observe(): Observed {
    return this.episode.observe(this.network)
  }

  /** Plays the round at hand; whoever is not active sits out, whatever it asks for. */
  play(requests: Assignment): PlayedGame {
    const { episode, network } = this
    const before = episode.active
    const assignment = requests.map((slot, client) => (before[client] ? slot : SITS_OUT))
    const cost = evaluateRound(network, assignment)
    episode.charge(assignment, cost)
    this.#network = undefined
    return { network, assignment, cost, before, after: episode.active, ended: episode.ended }
  }
}
