import { SITS_OUT } from '../../network/assignment.js'
import type { NetworkParameters } from '../../network/round-network.js'
import { RequestObservation } from '../../plugin/games/request-observation.js'
import type { Reward } from '../../plugin/games/reward.js'
import { nearestFree, SequentialGame } from '../../plugin/games/sequential-game.js'
import { View } from '../../simulation/view.js'
import type { Twin } from '../../twin/training-environment.js'
import {
  checkChoices,
  type Environment,
  type EnvironmentOptions,
  type RoundMap,
  type Start,
} from './environment.js'
import { EpisodeSource } from './episode-source.js'
import { type EnvironmentSizes, type Outputs, ownOutputs } from './outputs.js'
import { boundedReward } from './rewards.js'
import { mapOf } from './round-map.js'

/** The rounds of an episode, unless it is said. */
const SEQUENTIAL_ROUNDS = 1

/** One agent for all clients, which ask one after another; taken slots are masked. */
export class SequentialEnvironment implements Environment {
  readonly sizes: EnvironmentSizes
  readonly outputs: Outputs
  readonly #options: EnvironmentOptions
  readonly #parameters: NetworkParameters
  readonly #area: Twin['area']
  readonly #source: EpisodeSource
  readonly #observation: RequestObservation
  readonly #reward: Reward
  readonly #single: boolean
  #game: SequentialGame | undefined

  constructor(twin: Twin, options: EnvironmentOptions, reward: Reward, outputs?: Outputs) {
    this.sizes = sequentialSizes(twin.parameters, options)
    this.outputs = outputs ?? ownOutputs(this.sizes)
    this.#options = options
    this.#parameters = twin.parameters
    this.#area = twin.area
    const rounds = options.rounds ?? SEQUENTIAL_ROUNDS
    this.#single = rounds === 1
    this.#source = new EpisodeSource(twin, rounds)
    this.#observation = new RequestObservation(twin.parameters, options)
    this.#reward = reward
    this.outputs.active[0] = 0
  }

  get over(): boolean {
    return this.#game === undefined
  }

  reset(start: Start = {}): void {
    const { outputs } = this
    this.#source.start(start)
    outputs.reward.fill(0)
    outputs.terminated.fill(0)
    outputs.truncated.fill(0)
    outputs.facts.fill(Number.NaN)
    outputs.assignment.fill(SITS_OUT)
    this.#open()
    this.#tell(0)
  }

  step(choices: Int32Array): void {
    checkChoices(choices, this.sizes)
    const game = this.#game
    if (!game) return
    const { outputs } = this
    // What is renewed in the step that ended its episode still says so.
    outputs.terminated.fill(0)
    outputs.truncated.fill(0)
    const asked = this.#observation.slotOf(choices[0])
    const slot = asked === SITS_OUT ? this.#observation.listed[0] : nearestFree(game.board, asked)
    const earned = boundedReward('negative-log-cost', game.take(slot))
    outputs.reward[0] = this.#options.reward === 'negative-log-cost' ? earned : 0
    outputs.assignment.set(game.board.assignment)
    if (game.over) this.#close(game)
    this.#tell(slot === asked ? 0 : 1)
  }

  map(): RoundMap {
    const { round } = this.#source.episode
    const shown = this.#game && this.#game.board.made > 0 ? round : Math.max(0, round - 1)
    return mapOf(this.#area, this.#source.places(shown), this.outputs.assignment, this.#parameters.channels)
  }

  /** Ends the round, and the episode where it was the last. */
  #close(game: SequentialGame): void {
    const { outputs } = this
    const { episode } = this.#source
    const { assignment, cost } = game.outcome()
    episode.charge(assignment, cost)
    outputs.facts.set([cost.cost, cost.time, cost.energy])
    if (this.#options.reward !== 'negative-log-cost')
      outputs.reward[0] = episode.ended ? 0 : this.#reward(cost.cost)
    this.#game = undefined
    if (episode.ended) outputs.terminated[0] = 1
    else if (this.#source.exhausted) {
      // Where an episode is one round, nothing is cut off: the game has ended.
      if (this.#single) outputs.terminated[0] = 1
      else outputs.truncated[0] = 1
    } else this.#open()
  }

  /** Begins the round at hand; there is none where nobody is left to ask. */
  #open(): void {
    const { episode } = this.#source
    const network = this.#source.network(episode.episode, episode.round)
    const { tier } = this.#options
    const counts = { ...episode.observe(network), active: episode.active }
    const view = new View(episode.round + 1, this.#parameters, counts, network, {
      label: 'environment',
      tier,
    })
    const game = new SequentialGame(view, tier, network)
    this.#game = game.over ? undefined : game
    if (game.over) this.outputs.terminated[0] = 1
  }

  #tell(repaired: number): void {
    const { outputs } = this
    const { episode } = this.#source
    const board = this.#game?.board
    if (board) this.#observation.write(board, outputs.observation, outputs.mask)
    else {
      outputs.observation.fill(0)
      outputs.mask.fill(0)
    }
    outputs.active[0] = board ? 1 : 0
    outputs.facts[3] = episode.round
    outputs.facts[4] = episode.episode
    outputs.facts[5] = board?.client ?? SITS_OUT
    outputs.facts[6] = repaired
  }
}

/** Sizes of the environment in a network of these. */
export function sequentialSizes(
  parameters: NetworkParameters,
  options: EnvironmentOptions,
): EnvironmentSizes {
  const { size, actions } = new RequestObservation(parameters, options)
  return { agents: 1, choices: 1, actions, observation: size, state: 0, clients: parameters.clients }
}
