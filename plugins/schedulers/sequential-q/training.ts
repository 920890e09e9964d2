import {
  evaluateRound,
  type NetworkParameters,
  type RandomStream,
  type RoundNetwork,
  type SavedState,
  type Trainer,
  type TrainingEnvironment,
  type TrainingProgress,
  type TwinEpisodes,
  type Variety,
} from '../../../core/plugin/index.js'
import { Counterfactuals } from './counterfactuals.js'
import { knownGains, type RequestTier } from './gains.js'
import { Lessons } from './lessons.js'
import { Policy, savedPolicy } from './policy.js'
import { BATCH, QLearner } from './q-learner.js'
import { Requests } from './requests.js'
import { levelLimits, Ways } from './ways.js'

export interface TrainingOptions {
  readonly tier: RequestTier
  /** Whether ways to take part are learned with slots: what the scenario opens in levels. */
  readonly joint?: boolean
  /** Requests to learn from in all. */
  readonly lessons: number
  /** Numbers of clients and channels besides the scenario's own. */
  readonly sizes: readonly { readonly clients: number; readonly channels: number }[]
  /** Other settings, and the share of episodes that are played in them. */
  readonly variety: Variety & { readonly share: number }
  /** Requests over which a candidate's consequences are played out. */
  readonly steps: number
  readonly temperature: number
  readonly learningRate: number
  readonly exploration: number
}

/** Share of the episodes at the scenario's own size. */
const OWN_SIZE = 0.25
/** Lessons that an episode gives, on average. */
const LESSONS_AN_EPISODE = 4
/** Lessons that are kept, and that there have to be before the first update. */
const KEPT = 4096
const LEAST = 512
/** New lessons between two updates: each is seen eight times. */
const BETWEEN_UPDATES = BATCH / 8
/** Share by which the target network follows the online network at each update (Polyak averaging). */
const FOLLOWING = 0.005
/** Lessons of one `advance`: about a second. */
const AT_ONCE = 1000
/** The learning rate stays for half of the training, then falls to this share of it. */
const LAST_RATE = 0.01
/** Sweeps where the policy is validated: many would hide what first requests are worth. */
const VALIDATED_SWEEPS = 1
/** Mean of how far down the list an exploring client goes, candidates. */
const EXPLORED = 2

/**
 * Training by double Q-learning in the twin: first requests of rounds of many sizes are made under the policy, with some
 * exploration; at a few of each round, every candidate is tried (`Counterfactuals`), and the network is fitted to what came of it.
 */
export class SequentialTraining implements Trainer {
  readonly #environment: TrainingEnvironment
  readonly #options: TrainingOptions
  /** At the scenario's own size first, then at the others; and the same in other settings. */
  readonly #sources: readonly TwinEpisodes[]
  readonly #varied: readonly TwinEpisodes[]
  /** At the same sizes; whatever the setting, parameters are the scenario's. */
  readonly #ways: readonly (Ways | undefined)[]
  readonly #requests: readonly Requests[]
  readonly #policy = new Policy(true)
  /** What is validated and kept: the target network, an average over the latest weights, is steadier than any of them. */
  readonly #averaged = new Policy()
  readonly #counterfactuals: Counterfactuals
  readonly #learner: QLearner
  readonly #lessons = new Lessons(KEPT)
  #episodes = 0
  #due = 0

  constructor(environment: TrainingEnvironment, options: TrainingOptions) {
    this.#environment = environment
    this.#options = options
    const { parameters } = environment
    const { sizes, variety } = options
    this.#sources = [environment.episodes, ...sizes.map((size) => environment.resized(size))]
    this.#varied =
      variety.share === 0 ? [] : [parameters, ...sizes].map((size) => environment.resized(size, variety))
    this.#ways = this.#sources.map((source) =>
      options.joint ? new Ways(source.parameters, levelLimits(source.parameters)) : undefined,
    )
    this.#requests = this.#sources.map(
      ({ parameters: { clients, servers, channels } }, i) =>
        new Requests(clients, servers, channels, this.#ways[i]?.most),
    )
    this.#counterfactuals = new Counterfactuals(this.#policy, options.steps)
    this.#learner = new QLearner(options.temperature, environment.random.stream('weights'))
    this.#counterfactuals.target.weights.set(this.#learner.weights)
    this.#share()
  }

  async advance(): Promise<TrainingProgress> {
    const end = Math.min(this.#options.lessons, this.#lessons.added + AT_ONCE)
    const before = this.#learner.updates
    let loss = 0
    while (this.#lessons.added < end) loss += this.#episode()
    const updates = this.#learner.updates - before
    return {
      episode: this.#episodes,
      rounds: this.#episodes,
      updates: this.#learner.updates,
      exploration: this.#options.exploration,
      loss: updates === 0 ? null : loss / updates,
      done: Math.min(1, this.#lessons.added / this.#options.lessons),
    }
  }

  /** Plays one round and learns from some of its requests; returns the sum of the updates' losses. */
  #episode(): number {
    const { random, episodeRounds } = this.#environment
    const draws = random.stream('episode', this.#episodes)
    const { sizes, exploration, variety } = this.#options
    const own = sizes.length === 0 || draws.next() < OWN_SIZE
    const source = own ? 0 : 1 + draws.integer(sizes.length)
    const episodes = (draws.next() < variety.share ? this.#varied : this.#sources)[source]
    const network = episodes.network(
      Math.floor(this.#episodes / episodeRounds),
      this.#episodes % episodeRounds,
    )
    this.#episodes++
    const requests = this.#requests[source]
    requests.open(
      knownGains(network, network, this.#options.tier),
      { active: allOf(network) },
      0,
      this.#ways[source],
    )
    const chosen = LESSONS_AN_EPISODE / requests.total
    while (requests.made < requests.total) {
      if (draws.next() < chosen) this.#learnFrom(requests)
      requests.consider()
      const { count } = requests.candidates
      const explores = count > 1 && draws.next() < exploration
      requests.take(
        explores
          ? Math.min(count - 1, Math.floor(draws.exponential(EXPLORED)))
          : this.#policy.choose(requests),
      )
    }
    return this.#update()
  }

  #learnFrom(requests: Requests): void {
    const { features, rises, targets } = this.#counterfactuals
    const count = this.#counterfactuals.play(requests)
    if (count === 0 || targets.subarray(0, count).some((target) => !Number.isFinite(target))) return
    this.#lessons.add(count, features, rises, targets)
    this.#due++
  }

  /** Catches up with the updates that are due. */
  #update(): number {
    let loss = 0
    for (; this.#due >= BETWEEN_UPDATES && this.#lessons.added >= LEAST; this.#due -= BETWEEN_UPDATES) {
      const left = 1 - this.#lessons.added / this.#options.lessons
      const rate = this.#options.learningRate * Math.max(LAST_RATE, Math.min(1, 2 * left))
      loss += this.#learner.update(this.#lessons, rate, this.#drawing(this.#learner.updates))
      this.#share()
    }
    return loss
  }

  #drawing(update: number): RandomStream {
    return this.#environment.random.stream('lessons', update)
  }

  /** The policy acts by what was learned so far; the target network follows. */
  #share(): void {
    this.#policy.network.weights.set(this.#learner.weights)
    const { weights } = this.#counterfactuals.target
    for (let i = 0; i < weights.length; i++) weights[i] += FOLLOWING * (this.#learner.weights[i] - weights[i])
  }

  async validate(): Promise<Float64Array> {
    this.#averaged.network.weights.set(this.#counterfactuals.target.weights)
    return Float64Array.from(this.#environment.validation, (network) => {
      const gains = knownGains(network, network, this.#options.tier)
      const all = { active: allOf(network) }
      const [ways] = this.#ways
      const decided = ways
        ? this.#averaged.decideJointly(gains, all, VALIDATED_SWEEPS, ways)
        : this.#averaged.decide(gains, all, VALIDATED_SWEEPS)
      return evaluateRound(network, decided).cost
    })
  }

  policy(): SavedState {
    return savedPolicy(this.#counterfactuals.target.weights, this.#options.tier, this.#options.joint ?? false)
  }

  save(): SavedState {
    const arrays = {
      ...prefixed('learner', this.#learner.save()),
      ...prefixed('lessons', this.#lessons.save()),
      target: this.#counterfactuals.target.weights.slice(),
    }
    return { arrays, values: { episodes: this.#episodes, due: this.#due } }
  }

  restore({ arrays, values }: SavedState): void {
    this.#learner.restore(part('learner', arrays))
    this.#lessons.restore(part('lessons', arrays))
    this.#counterfactuals.target.weights.set(arrays.target)
    this.#policy.network.weights.set(this.#learner.weights)
    this.#episodes = values.episodes as number
    this.#due = values.due as number
  }

  dispose(): void {}
}

const allOf = ({ clients }: NetworkParameters | RoundNetwork): Uint8Array => new Uint8Array(clients).fill(1)

const prefixed = (name: string, arrays: SavedState['arrays']): SavedState['arrays'] =>
  Object.fromEntries(Object.entries(arrays).map(([key, array]) => [`${name}/${key}`, array]))

const part = (name: string, arrays: SavedState['arrays']): SavedState['arrays'] =>
  Object.fromEntries(
    Object.entries(arrays)
      .filter(([key]) => key.startsWith(`${name}/`))
      .map(([key, array]) => [key.slice(name.length + 1), array]),
  )
