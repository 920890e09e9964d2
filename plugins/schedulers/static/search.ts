import {
  type Assignment,
  evaluateRound,
  type RandomStream,
  type RoundNetwork,
  type SavedState,
  type Trainer,
  type TrainingEnvironment,
  type TrainingProgress,
} from '../../../core/plugin/index.js'
import { descend, type Found } from './descent.js'
import { randomSlots } from './random-slots.js'

/** How long, and on how much, is searched. */
export interface SearchOptions {
  /** Networks of the twin that an assignment has to do well in. */
  readonly networks: number
  /** Descents: the first few from random assignments, the others from the best, disturbed. */
  readonly descents: number
}

/** Share of the descents that start from random assignments. */
const FRESH = 0.25
/** Clients that are moved at random before a descent starts anew. */
const DISTURBED = 4

/** Searches the assignment that does best when it is kept in every round (iterated steepest descent). */
export class StaticSearch implements Trainer {
  readonly #environment: TrainingEnvironment
  readonly #options: SearchOptions
  readonly #networks: readonly RoundNetwork[]
  #descents = 0
  #best: Found

  constructor(environment: TrainingEnvironment, options: SearchOptions) {
    const { episodes, episodeRounds, random } = environment
    this.#environment = environment
    this.#options = options
    this.#networks = Array.from({ length: options.networks }, (_, i) =>
      episodes.network(Math.floor(i / episodeRounds), i % episodeRounds),
    )
    this.#best = {
      assignment: randomSlots(environment.parameters, random.stream('start')),
      meanLogCost: Infinity,
    }
  }

  async advance(): Promise<TrainingProgress> {
    const { descents, networks } = this.#options
    const random = this.#environment.random.stream('descent', this.#descents)
    const fresh = this.#descents < Math.max(1, FRESH * descents)
    const start = fresh ? randomSlots(this.#environment.parameters, random) : this.#disturbed(random)
    const found = descend(this.#networks, start)
    if (found.meanLogCost < this.#best.meanLogCost) this.#best = found
    this.#descents++
    return {
      episode: this.#descents,
      rounds: networks,
      updates: this.#descents,
      exploration: 0,
      loss: this.#best.meanLogCost,
      done: this.#descents / descents,
    }
  }

  /** The best assignment with some clients in other slots, those who were there in theirs. */
  #disturbed(random: RandomStream): Assignment {
    const { clients, servers, channels } = this.#environment.parameters
    const assignment = this.#best.assignment.slice()
    for (let i = 0; i < DISTURBED; i++) {
      const client = random.integer(clients)
      const slot = random.integer(servers * channels)
      const holder = assignment.indexOf(slot)
      if (holder >= 0) assignment[holder] = assignment[client]
      assignment[client] = slot
    }
    return assignment
  }

  async validate(): Promise<Float64Array> {
    const { validation } = this.#environment
    return Float64Array.from(validation, (network) => evaluateRound(network, this.#best.assignment).cost)
  }

  policy(): SavedState {
    const { servers, channels } = this.#environment.parameters
    return { arrays: { assignment: this.#best.assignment }, values: { servers, channels } }
  }

  save(): SavedState {
    const { assignment, meanLogCost } = this.#best
    return { arrays: { assignment }, values: { descents: this.#descents, meanLogCost } }
  }

  restore({ arrays, values }: SavedState): void {
    const meanLogCost = values.meanLogCost as number
    this.#best = { assignment: Int32Array.from(arrays.assignment), meanLogCost }
    this.#descents = values.descents as number
  }

  dispose(): void {}
}
