import {
  closeBudgets,
  Episode,
  type EpisodeState,
  Evaluator,
  evaluateRound,
  type JointObservation,
  ParallelGame,
  type PlayedGame,
  type RandomStream,
  type Reward,
  type SavedState,
  SITS_OUT,
  type Trainer,
  type TrainingEnvironment,
  type TrainingProgress,
  tuneReward,
} from '../../../core/plugin/index.js'
import type { TensorEngine } from '../../../core/plugin/tensor.js'
import { Agents } from './agents.js'
import { explorationAt } from './exploration.js'
import type { D3qnOptions } from './options.js'
import { observationOf, Policy } from './policy.js'

/** What `advance` does at most: about a second's work for the networks of the paper. */
const UPDATES_A_STEP = 48
const ROUNDS_A_STEP = 4096

/**
 * Algorithm 2, its update blocks inside the round loop: agents explore twin networks, many at once, and learn.
 *
 * Rounds are counted over all networks. Throughout, clients that share a slot interfere, and the reward shows it.
 */
export class D3qnTrainer implements Trainer {
  readonly #environment: TrainingEnvironment
  readonly #options: D3qnOptions
  readonly #observation: JointObservation
  readonly #agents: Agents
  readonly #policy: Policy
  readonly #reward: Reward
  #games: ParallelGame[]
  #nextEpisode: number
  #rounds = 0

  /** With a policy to start from, agents explore no more than in the end of a training. */
  constructor(
    engine: TensorEngine,
    environment: TrainingEnvironment,
    given: D3qnOptions,
    start?: SavedState,
  ) {
    const { parameters, random } = environment
    const options = start ? { ...given, explorationStart: given.explorationEnd } : given
    this.#environment = environment
    this.#options = options
    this.#observation = observationOf(parameters, options)
    this.#agents = new Agents(
      engine,
      {
        agents: parameters.clients,
        common: this.#observation.common,
        own: this.#observation.own,
        actions: parameters.servers * parameters.channels,
        hidden: options.hidden,
        sharedParameters: options.sharedParameters,
        target: options.target,
        together: options.credit === 'vdn',
        learningRate: options.learningRate,
        batch: options.batch,
        replay: options.replay,
        targetEvery: options.targetEvery,
      },
      {
        weights: random.stream('weights'),
        exploration: random.stream('exploration'),
        replay: random.stream('replay'),
      },
    )
    this.#policy = new Policy(engine, parameters, options, this.#agents.online)
    if (start) {
      this.#policy.restore(start)
      this.#agents.renewTarget()
    }
    this.#reward = tuneReward(options.reward, this.#explore(random.stream('tuning')))
    this.#games = Array.from({ length: options.networks }, (_, i) => this.#begin(i))
    this.#nextEpisode = options.networks
  }

  /** Costs of rounds in which everyone acts at random. */
  #explore(random: RandomStream): Float64Array {
    const { parameters, episodes } = this.#environment
    const slots = parameters.servers * parameters.channels
    return Float64Array.from({ length: this.#options.explored }, (_, episode) => {
      const assignment = Int32Array.from({ length: parameters.clients }, () => random.integer(slots))
      return evaluateRound(episodes.network(episode, 0), assignment).cost
    })
  }

  async advance(): Promise<TrainingProgress> {
    const { rounds, updateEvery, batch } = this.#options
    const before = { rounds: this.#rounds, updates: this.#agents.updates }
    const losses = new Float64Array(this.#environment.parameters.clients)
    while (
      this.#rounds < rounds &&
      this.#rounds - before.rounds < ROUNDS_A_STEP &&
      this.#agents.updates - before.updates < UPDATES_A_STEP
    ) {
      const due = Math.floor(this.#rounds / updateEvery)
      this.#step()
      const updates = Math.floor(this.#rounds / updateEvery) - due
      for (let i = 0; i < updates && this.#agents.replay.size >= batch; i++)
        for (const [agent, loss] of this.#agents.learn().entries()) losses[agent] += loss
    }
    const updates = this.#agents.updates - before.updates
    const agentLosses = losses.map((loss) => loss / updates)
    return {
      episode: this.#nextEpisode,
      rounds: this.#rounds,
      updates: this.#agents.updates,
      exploration: this.#exploration,
      loss: updates === 0 ? null : agentLosses.reduce((sum, loss) => sum + loss, 0) / agentLosses.length,
      ...(updates > 0 && { agentLosses }),
      done: Math.min(1, this.#rounds / rounds),
    }
  }

  get #exploration(): number {
    const { explorationStart: start, explorationEnd: end, explorationShare: share } = this.#options
    return explorationAt({ start, end, share }, this.#rounds / this.#options.rounds)
  }

  get #fingerprint() {
    return { exploration: this.#exploration, done: this.#rounds / this.#options.rounds }
  }

  /** One round in every network. */
  #step(): void {
    const exploration = this.#exploration
    const fingerprint = this.#fingerprint
    const states = this.#games.map((game) => this.#observation.joint(game.observe(), fingerprint))
    const actions = this.#agents.act(this.#observation.rows(states), exploration)
    for (const [i, state] of states.entries()) this.#play(i, state, actions)
    this.#rounds += states.length
  }

  #play(index: number, state: Float32Array, actions: Int32Array): void {
    const { clients } = this.#environment.parameters
    const game = this.#games[index]
    const chosen = Int32Array.from({ length: clients }, (_, n) => actions[n * this.#games.length + index])
    const played = game.play(chosen)
    const rewards = this.#rewards(played)
    const discounts = closeBudgets(rewards, played, this.#options.discount)
    const following = this.#observation.joint(game.observe(), this.#fingerprint)
    this.#agents.remember({ state, actions: chosen, rewards, following, discounts })
    if (game.over) this.#games[index] = this.#begin(this.#nextEpisode++)
  }

  #begin(episode: number): ParallelGame {
    const { episodes } = this.#environment
    return new ParallelGame(episodes, new Episode(this.#environment, episode))
  }

  /** Each agent's reward, eq. (20) before budgets. */
  #rewards({ network, assignment, cost: { cost } }: PlayedGame): Float32Array {
    const rewards = new Float32Array(assignment.length).fill(this.#reward(cost))
    if (this.#options.credit !== 'counterfactual') return rewards
    const evaluator = new Evaluator(network, assignment)
    for (const [client, slot] of assignment.entries())
      if (slot !== SITS_OUT) rewards[client] -= this.#reward(evaluator.costOfRemoving(client))
    return rewards
  }

  async validate(): Promise<Float64Array> {
    const { validation } = this.#environment
    const from = (start: number) =>
      new ParallelGame(
        { network: (_, round) => validation[start + round] },
        new Episode(this.#environment, 0),
      )
    let game = from(0)
    return Float64Array.from(validation, (_, index) => {
      if (game.over) game = from(index)
      return game.play(this.#policy.decide(game.observe(), game.active)).cost.cost
    })
  }

  policy(): SavedState {
    return this.#policy.save()
  }

  save(): SavedState {
    const agents = this.#agents.save()
    return {
      arrays: agents.arrays,
      values: {
        agents: agents.values,
        rounds: this.#rounds,
        nextEpisode: this.#nextEpisode,
        episodes: this.#games.map(({ episode }) => episode.save()),
      },
    }
  }

  restore({ arrays, values }: SavedState): void {
    this.#agents.restore({ arrays, values: values.agents as SavedState['values'] })
    this.#rounds = values.rounds as number
    this.#nextEpisode = values.nextEpisode as number
    this.#games = (values.episodes as EpisodeState[]).map(
      (state) => new ParallelGame(this.#environment.episodes, Episode.restored(this.#environment, state)),
    )
  }

  dispose(): void {
    this.#agents.dispose()
  }
}
