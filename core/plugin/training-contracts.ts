import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'
import type { RandomSource } from './needs.js'
import type { SavedState } from './saved-state.js'

/** Networks that the twin makes up: of the scenario's distribution, and none of them a round of the run. */
export interface TwinEpisodes {
  readonly parameters: NetworkParameters
  /**
   * The network of a round of an episode, both from 0; any can be asked for, in any order, and is always the same.
   *
   * Positions change with the episode or the round, as the scenario says. The arrays belong to the caller.
   */
  network(episode: number, round: number): RoundNetwork
}

/**
 * How far the settings of made-up networks go beyond the scenario's, for a scheduler that is to act in many (domain
 * randomisation, Tobin et al., 2017); each network draws its own. Ranges are of factors, drawn log-uniformly.
 */
export interface Variety {
  /** On all distances. */
  readonly distance: readonly [least: number, most: number]
  /** On the slope of the path loss over the logarithm of the distance. */
  readonly slope: readonly [least: number, most: number]
  /** Share of networks in which clients stand in one to four groups. */
  readonly groupedClients: number
  /** Share of networks in which servers stand anywhere, and share in which all of them share a site. */
  readonly scatteredServers: number
  readonly gatheredServers: number
}

/** What a learning scheduler is trained in: nothing but the twin. */
export interface TrainingEnvironment {
  readonly parameters: NetworkParameters
  /** E_n^max, J, length N, and T^max, s; Infinity where unlimited. */
  readonly energyBudgetJoules: Float64Array
  readonly latencyBudgetSeconds: number
  /** Rounds of an episode. */
  readonly episodeRounds: number
  /** To learn from. */
  readonly episodes: TwinEpisodes
  /** A fixed set of networks to choose the best weights by; never to be learned from. */
  readonly validation: readonly RoundNetwork[]
  /**
   * The same distribution with other numbers of clients and channels, for a scheduler that is to serve many sizes; with
   * `variety` also in other settings.
   */
  resized(sizes: { readonly clients: number; readonly channels: number }, variety?: Variety): TwinEpisodes
  /** Streams of the training's own; they follow from the scenario's seed and the scheduler's label. */
  readonly random: RandomSource
}

/** How a training stands; what is shown while it goes on and recorded in `training.parquet`. */
export interface TrainingProgress {
  /** Episodes, rounds of experience and updates so far. */
  readonly episode: number
  readonly rounds: number
  readonly updates: number
  /** Share of random actions at present. */
  readonly exploration: number
  /** Mean loss since the last progress; null where there was no update. One value per agent in `agentLosses`, if any. */
  readonly loss: number | null
  readonly agentLosses?: Float64Array
  /** Share of the training that is done, 0 to 1. */
  readonly done: number
}

/** A training under way. */
export interface Trainer {
  /** Trains on for about a second and tells how it stands; `done` 1 means it has ended. Deterministic. */
  advance(): Promise<TrainingProgress>
  /** Costs of the validation networks under the present policy, without exploration, in their order. */
  validate(): Promise<Float64Array>
  /** The policy alone: what `Scheduler.restore` takes, and a file of weights holds (`readPolicy`). */
  policy(): SavedState | Promise<SavedState>
  /** Everything, replay buffer, optimiser and random streams included: a restored training goes on as if never stopped. */
  save(): SavedState | Promise<SavedState>
  /** Takes back what `save` gave, before the first `advance`. */
  restore(state: SavedState): void | Promise<void>
  /** Lets go of tensors and threads; nothing is asked afterwards. */
  dispose(): void
}
