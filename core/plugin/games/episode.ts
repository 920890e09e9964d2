import { type Assignment, channelOf, SITS_OUT, serverOf } from '../../network/assignment.js'
import { budgetEnergyOf, type RoundCost } from '../../network/round-cost.js'
import type { RoundNetwork } from '../../network/round-network.js'
import type { TrainingEnvironment } from '../training-contracts.js'
import type { Observed } from './observation.js'

/** What is left of a run's constants for whoever plays one in the twin. */
export type Limits = Pick<
  TrainingEnvironment,
  'parameters' | 'energyBudgetJoules' | 'latencyBudgetSeconds' | 'episodeRounds'
>

/** The plain numbers of an episode, to go on from. */
export interface EpisodeState {
  readonly episode: number
  readonly round: number
  readonly time: number
  readonly energySpent: readonly number[]
  readonly assignment: readonly number[]
}

/** One episode in the twin: who is left, what was spent, and who was where in the last round. */
export class Episode {
  readonly #limits: Limits
  episode: number
  /** Rounds played. */
  round = 0
  #time = 0
  readonly #energySpent: Float64Array
  /** Of the last round. */
  #assignment: Assignment

  constructor(limits: Limits, episode: number) {
    const { clients } = limits.parameters
    this.#limits = limits
    this.episode = episode
    this.#energySpent = new Float64Array(clients)
    this.#assignment = new Int32Array(clients).fill(SITS_OUT)
  }

  /** 1 for each client whose budget is not spent. */
  get active(): Uint8Array {
    const { energyBudgetJoules } = this.#limits
    return Uint8Array.from(this.#energySpent, (spent, n) => (spent <= energyBudgetJoules[n] ? 1 : 0))
  }

  /** Whether T^max is spent, or nobody is left. */
  get ended(): boolean {
    return this.#time > this.#limits.latencyBudgetSeconds || !this.active.includes(1)
  }

  /** Whether all rounds of an episode have been played. */
  get full(): boolean {
    return this.round >= this.#limits.episodeRounds
  }

  /** What there is to see before a round in this network. */
  observe({ meanGain, uplinkGain, downlinkGain }: RoundNetwork): Observed {
    const { parameters, energyBudgetJoules, latencyBudgetSeconds } = this.#limits
    const serverClients = new Int32Array(parameters.servers)
    const channelClients = new Int32Array(parameters.channels)
    for (const slot of this.#assignment) {
      if (slot === SITS_OUT) continue
      serverClients[serverOf(slot, parameters.channels)]++
      channelClients[channelOf(slot, parameters.channels)]++
    }
    return {
      serverClients,
      channelClients,
      energyRatio: this.#energySpent.map((spent, client) => spent / energyBudgetJoules[client]),
      latencyRatio: this.#time / latencyBudgetSeconds,
      meanGain,
      uplinkGain,
      downlinkGain,
    }
  }

  /** Charges a round. */
  charge(assignment: Assignment, cost: RoundCost): void {
    this.#assignment = assignment
    this.#time += cost.time
    for (const [client, joules] of budgetEnergyOf(cost).entries())
      if (!Number.isNaN(joules)) this.#energySpent[client] += joules
    this.round++
  }

  save(): EpisodeState {
    return {
      episode: this.episode,
      round: this.round,
      time: this.#time,
      energySpent: Array.from(this.#energySpent),
      assignment: Array.from(this.#assignment),
    }
  }

  static restored(limits: Limits, state: EpisodeState): Episode {
    const episode = new Episode(limits, state.episode)
    episode.round = state.round
    episode.#time = state.time
    episode.#energySpent.set(state.energySpent)
    episode.#assignment = Int32Array.from(state.assignment)
    return episode
  }
}
