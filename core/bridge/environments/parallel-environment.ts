import { channelOf, SITS_OUT, serverOf } from '../../network/assignment.js'
import { gainIndex, type NetworkParameters, type RoundNetwork } from '../../network/round-network.js'
import { JointObservation } from '../../plugin/games/observation.js'
import { ParallelGame } from '../../plugin/games/parallel-game.js'
import { repair } from '../../plugin/games/repair.js'
import { OBSERVATION_LIMIT } from '../../plugin/games/request-observation.js'
import { closeBudgets, type Reward } from '../../plugin/games/reward.js'
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
import { mapOf } from './round-map.js'

/** ε and progress of nobody's training. */
const NO_FINGERPRINT = { exploration: 0, done: 0 }

/**
 * The paper's game (Section V): all clients choose at the same time, each an agent (`parallel`) or all one (`joint`).
 *
 * Observations are the states of `d3qn`. At tier `twin` every agent sees everyone's, and which of them it is.
 */
export class ParallelEnvironment implements Environment {
  readonly sizes: EnvironmentSizes
  readonly outputs: Outputs
  readonly #options: EnvironmentOptions
  readonly #parameters: NetworkParameters
  readonly #area: Twin['area']
  readonly #source: EpisodeSource
  readonly #observation: JointObservation
  readonly #reward: Reward
  readonly #joint: boolean
  #game: ParallelGame

  constructor(twin: Twin, options: EnvironmentOptions, reward: Reward, outputs?: Outputs) {
    const { parameters } = twin
    this.sizes = parallelSizes(parameters, options)
    this.outputs = outputs ?? ownOutputs(this.sizes)
    this.#options = options
    this.#parameters = parameters
    this.#area = twin.area
    this.#joint = options.game === 'joint'
    this.#source = new EpisodeSource(twin, options.rounds ?? twin.episodeRounds)
    this.#observation = observationOf(parameters, options)
    this.#reward = reward
    this.#game = new ParallelGame(this.#source, this.#source.episode)
  }

  get over(): boolean {
    return this.#game.episode.ended || this.#source.exhausted
  }

  reset(start: Start = {}): void {
    const { outputs } = this
    this.#source.start(start)
    this.#game = new ParallelGame(this.#source, this.#source.episode)
    outputs.reward.fill(0)
    outputs.terminated.fill(0)
    outputs.truncated.fill(0)
    outputs.facts.fill(Number.NaN)
    outputs.assignment.fill(SITS_OUT)
    this.#tell(0)
  }

  step(choices: Int32Array): void {
    checkChoices(choices, this.sizes)
    if (this.over) return
    const { outputs } = this
    const game = this.#game
    const active = game.active
    const asked = choices.map((slot, client) => (active[client] ? slot : SITS_OUT))
    const granted =
      this.#options.conflicts === 'repair'
        ? repair(asked, ownGains(game.network), this.#parameters.channels)
        : asked
    const played = game.play(granted)
    const { cost } = played
    const truncated = !played.ended && this.#source.exhausted
    const reward = this.#reward(cost.cost)
    if (this.#joint) {
      outputs.reward[0] = played.ended ? 0 : reward
      outputs.terminated[0] = played.ended ? 1 : 0
      outputs.truncated[0] = truncated ? 1 : 0
    } else {
      const rewards = new Float32Array(active.length).fill(reward)
      closeBudgets(rewards, played, 1)
      for (let n = 0; n < active.length; n++) {
        const left = played.ended || !played.after[n]
        outputs.reward[n] = active[n] && !left ? reward : 0
        outputs.terminated[n] = active[n] && left ? 1 : 0
        outputs.truncated[n] = active[n] && !left && truncated ? 1 : 0
      }
    }
    outputs.facts.set([cost.cost, cost.time, cost.energy])
    outputs.assignment.set(played.assignment)
    this.#tell(granted.reduce((changed, slot, client) => changed + (slot === asked[client] ? 0 : 1), 0))
  }

  prepare(): void {
    this.#source.prepare()
  }

  map(): RoundMap {
    const shown = Math.max(0, this.#game.episode.round - 1)
    return mapOf(this.#area, this.#source.places(shown), this.outputs.assignment, this.#parameters.channels)
  }

  #tell(repaired: number): void {
    const { outputs, sizes } = this
    const { episode } = this.#game
    const state = this.#observation.joint(this.#game.observe(), NO_FINGERPRINT)
    for (let i = 0; i < state.length; i++)
      state[i] = Math.max(-OBSERVATION_LIMIT, Math.min(OBSERVATION_LIMIT, state[i]))
    const going = this.over ? 0 : 1
    if (this.#joint) {
      outputs.observation.set(state)
      outputs.active[0] = going
      outputs.mask.fill(1)
    } else {
      outputs.state.set(state)
      this.#tellAgents(state)
      const { active } = episode
      for (let n = 0; n < sizes.agents; n++) {
        outputs.active[n] = active[n] & going
        outputs.mask.fill(active[n] & going, n * sizes.actions, (n + 1) * sizes.actions)
      }
    }
    outputs.facts[3] = episode.round
    outputs.facts[4] = episode.episode
    outputs.facts[5] = Number.NaN
    outputs.facts[6] = repaired
  }

  #tellAgents(state: Float32Array): void {
    const { observation } = this.outputs
    const { agents } = this.sizes
    if (this.#options.tier !== 'twin') observation.set(this.#observation.rows([state]))
    else
      for (let n = 0; n < agents; n++) {
        const row = observation.subarray(n * this.sizes.observation, (n + 1) * this.sizes.observation)
        row.fill(0, 0, agents)
        row[n] = 1
        row.set(state, agents)
      }
  }
}

/** What the environment is made of for one tier; at `twin` the state is the one of tier `local`, which has all gains. */
const observationOf = (parameters: NetworkParameters, { tier }: EnvironmentOptions) =>
  new JointObservation(parameters, {
    tier: tier === 'twin' ? 'local' : tier,
    fingerprint: false,
    identity: false,
  })

/** Sizes of the environment in a network of these. */
export function parallelSizes(parameters: NetworkParameters, options: EnvironmentOptions): EnvironmentSizes {
  const { clients, servers, channels } = parameters
  const { common, own, size } = observationOf(parameters, options)
  const joint = common + clients * own
  const shared = { actions: servers * channels, choices: clients, clients }
  if (options.game === 'joint') return { ...shared, agents: 1, observation: joint, state: 0 }
  const observation = options.tier === 'twin' ? clients + joint : size
  return { ...shared, agents: clients, observation, state: joint }
}

/** What each client's slots are worth to itself where base stations give it another: its own gains, N×(M·K). */
function ownGains(network: RoundNetwork): Float32Array {
  const { clients, servers, channels, uplinkGain } = network
  const slots = servers * channels
  return Float32Array.from({ length: clients * slots }, (_, i) => {
    const slot = i % slots
    return uplinkGain[
      gainIndex(network, Math.floor(i / slots), serverOf(slot, channels), channelOf(slot, channels))
    ]
  })
}
