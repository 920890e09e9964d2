import { SITS_OUT } from '../../network/assignment.js'
import { evaluateRound } from '../../network/round-cost.js'
import type { NetworkParameters, RoundNetwork } from '../../network/round-network.js'
import { nearestFree, RequestBoard } from '../../plugin/games/request-board.js'
import { RequestObservation } from '../../plugin/games/request-observation.js'
import type { Reward } from '../../plugin/games/reward.js'
import { requestReward, SequentialGame } from '../../plugin/games/sequential-game.js'
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
  readonly #game: SequentialGame
  /** What is seen of the round at hand, as far as the tier goes; undefined where the episode is over. */
  #board: RequestBoard | undefined
  /** The round's own network, which what is earned comes from. */
  #network: RoundNetwork | undefined
  #projected = 0

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
    const { clients, servers, channels } = twin.parameters
    this.#game = new SequentialGame(clients, servers, channels)
    this.outputs.active[0] = 0
  }

  get over(): boolean {
    return this.#board === undefined
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
    const board = this.#board
    if (!board) return
    const { outputs } = this
    // What is renewed in the step that ended its episode still says so.
    outputs.terminated.fill(0)
    outputs.truncated.fill(0)
    const asked = this.#observation.slotOf(choices[0])
    const slot = asked === SITS_OUT ? this.#observation.listed[0] : nearestFree(board, asked)
    board.take(slot)
    const earned = this.#take(slot, board.client === SITS_OUT)
    outputs.reward[0] = this.#options.reward === 'negative-log-cost' ? earned : 0
    outputs.assignment.set(board.assignment)
    if (board.client === SITS_OUT) this.#close(board)
    this.#tell(slot === asked ? 0 : 1)
  }

  prepare(): void {
    this.#source.prepare()
  }

  map(): RoundMap {
    const { round } = this.#source.episode
    const shown = this.#board && this.#board.made > 0 ? round : Math.max(0, round - 1)
    return mapOf(this.#area, this.#source.places(shown), this.outputs.assignment, this.#parameters.channels)
  }

  /** Plays a request; returns what it earns. */
  #take(slot: number, last: boolean): number {
    const before = this.#projected
    this.#game.take(slot)
    // Where no slot is left, nobody asks any more.
    while (last && !this.#game.over) this.#game.pass()
    this.#projected = this.#game.projection()
    return boundedReward('negative-log-cost', requestReward(before, this.#projected))
  }

  /** Ends the round, and the episode where it was the last. */
  #close({ assignment }: RequestBoard): void {
    const { outputs } = this
    const { episode } = this.#source
    const cost = evaluateRound(this.#network as RoundNetwork, assignment)
    episode.charge(assignment, cost)
    outputs.facts.set([cost.cost, cost.time, cost.energy])
    if (this.#options.reward !== 'negative-log-cost')
      outputs.reward[0] = episode.ended ? 0 : this.#reward(cost.cost)
    this.#board = undefined
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
    const board = new RequestBoard(view, tier)
    const over = board.client === SITS_OUT
    this.#network = network
    this.#board = over ? undefined : board
    if (over) this.outputs.terminated[0] = 1
    const { uplinkGain, downlinkGain } = network
    this.#game.order.set(board.order)
    this.#game.open({ parameters: network, uplinkGain, downlinkGain }, board.order.length)
    this.#projected = this.#game.projection()
  }

  #tell(repaired: number): void {
    const { outputs } = this
    const { episode } = this.#source
    const board = this.#board
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
