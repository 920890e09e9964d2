import type { RandomStream, SavedArray, SavedState } from '../../../core/plugin/index.js'
import {
  createOptimiser,
  doubleQTargets,
  type FusedOptimiser,
  greedyActions,
  type TensorEngine,
  temporalDifferenceLoss,
} from '../../../core/plugin/tensor.js'
import { ActionValues, type Tensor, type Variable } from './action-values.js'
import { type Batch, type Experience, ReplayBuffer } from './replay-buffer.js'

/** How agents learn. */
export interface AgentOptions {
  readonly agents: number
  /** Numbers of a state that all see alike, and that each has of its own. */
  readonly common: number
  readonly own: number
  readonly actions: number
  readonly hidden: readonly number[]
  /** Whether all agents use one network; what tells them apart must then be in their states. */
  readonly sharedParameters: boolean
  /** `double`: the online network selects, the target network evaluates; `literal`: the target network does both. */
  readonly target: 'double' | 'literal'
  /** `together`: their values add up to that of the team (Sunehag et al., 2018); else each learns by itself. */
  readonly together: boolean
  readonly learningRate: number
  /** Experiences of a mini-batch. */
  readonly batch: number
  /** Experiences kept. */
  readonly replay: number
  /** Updates from one renewal of the target networks to the next. */
  readonly targetEvery: number
}

/** The random streams of agents that learn. */
export interface AgentStreams {
  readonly weights: RandomStream
  readonly exploration: RandomStream
  readonly replay: RandomStream
}

/**
 * Dueling double deep Q-learning of many agents side by side, each with a network, a target network and a replay memory
 * of its own, in one batched computation (Section V-B; van Hasselt et al., 2016; Wang et al., 2016).
 *
 * It knows of states, actions and rewards, and nothing of radio.
 */
export class Agents {
  readonly options: AgentOptions
  readonly replay: ReplayBuffer
  readonly online: ActionValues
  readonly #target: ActionValues
  readonly #engine: TensorEngine
  readonly #optimiser: FusedOptimiser
  readonly #streams: AgentStreams
  #updates = 0

  constructor(engine: TensorEngine, options: AgentOptions, streams: AgentStreams) {
    const { agents, common, own, actions, hidden, sharedParameters } = options
    this.options = options
    this.replay = new ReplayBuffer({ capacity: options.replay, agents, common, own })
    this.#engine = engine
    this.#streams = streams
    const shape = { networks: sharedParameters ? 1 : agents, inputs: common + own, hidden, actions }
    this.online = new ActionValues(engine, shape, streams.weights)
    this.#target = new ActionValues(engine, shape, streams.weights)
    this.renewTarget()
    this.#optimiser = createOptimiser({ kind: 'rmsprop', learningRate: options.learningRate })
  }

  /** Updates so far. */
  get updates(): number {
    return this.#updates
  }

  /** Greedy actions, but random ones with probability `exploration`; states A×B×inputs, actions A×B. */
  act(states: Float32Array, exploration: number): Int32Array {
    const { options } = this
    const count = states.length / (options.common + options.own)
    const random = this.#streams.exploration
    const actions = exploration < 1 ? this.greedy(states) : new Int32Array(count)
    if (exploration === 0) return actions
    for (let i = 0; i < count; i++)
      if (random.next() < exploration) actions[i] = random.integer(options.actions)
    return actions
  }

  /** The first action of the greatest value, A×B. */
  greedy(states: Float32Array): Int32Array {
    return this.#engine.tf.tidy(() =>
      (greedyActions(this.online.of(this.#states(states))).dataSync() as Int32Array).slice(),
    )
  }

  /** Q of every action, A×B×actions. */
  values(states: Float32Array): Float32Array {
    return this.#engine.tf.tidy(() =>
      (this.online.of(this.#states(states)).dataSync() as Float32Array).slice(),
    )
  }

  remember(experience: Experience): void {
    this.replay.add(experience)
  }

  /** One update, eqs. (22)-(23), by a mini-batch of every agent; returns each one's mean squared error. */
  learn(): Float64Array {
    const { batch, together, targetEvery } = this.options
    const losses = this.update(this.replay.sample(batch, this.#streams.replay, together))
    if (this.#updates % targetEvery === 0) this.renewTarget()
    return losses
  }

  /** Line 22 of Algorithm 2. */
  renewTarget(): void {
    this.#target.copy(this.online)
  }

  /** The same by a batch of one's own; does not renew the target networks. */
  update(batch: Batch): Float64Array {
    const { tf } = this.#engine
    this.#updates++
    let losses: Float64Array = new Float64Array()
    tf.tidy(() => {
      const goals = this.#goals(batch)
      const taken = this.#rows(tf, batch.actions, 'int32')
      const states = this.#states(batch.states)
      let q: Tensor | undefined
      this.#optimiser.minimize(
        () => {
          q = tf.keep(this.online.of(states))
          return temporalDifferenceLoss(q, taken, goals)
        },
        false,
        this.online.variables as Variable[],
      )
      losses = this.#losses(q!.dataSync() as Float32Array, goals.dataSync() as Float32Array, batch)
      q!.dispose()
    })
    return losses
  }

  /** The targets of eq. (23), A×B; where agents learn together, such that each one's error is the team's. */
  #goals(batch: Batch): Tensor {
    const { tf } = this.#engine
    const rewards = this.#rows(tf, batch.rewards, 'float32')
    // With γ = 0 nothing counts that follows, and two of three networks need not be asked.
    const goals = batch.discounts.some((discount) => discount !== 0)
      ? this.#bootstrapped(batch, rewards)
      : rewards
    if (!this.options.together) return goals
    const q = this.online.of(this.#states(batch.states)).dataSync() as Float32Array
    return this.#rows(tf, this.#teamGoals(q, goals.dataSync() as Float32Array, batch), 'float32')
  }

  /** Rewards, and what the following states are worth, eq. (23). */
  #bootstrapped(batch: Batch, rewards: Tensor): Tensor {
    const following = this.#states(batch.following)
    const evaluated = this.#target.of(following)
    const selected = this.options.target === 'double' ? this.online.of(following) : evaluated
    const discounts = this.#rows(this.#engine.tf, batch.discounts, 'float32')
    return doubleQTargets(selected, evaluated, rewards, discounts)
  }

  /**
   * Goals that give every agent the error of Σ_n Q_n against the team's reward and Σ_n of the following values: the
   * gradient of the team's squared error is then that of each agent's own.
   */
  #teamGoals(q: Float32Array, goals: Float32Array, { actions, rewards }: Batch): Float32Array {
    const { agents, batch: samples, actions: count } = this.options
    const result = new Float32Array(goals.length)
    for (let sample = 0; sample < samples; sample++) {
      let error = 0
      for (let agent = 0; agent < agents; agent++) {
        const at = agent * samples + sample
        // The team's reward counts once, not once an agent.
        error += goals[at] - rewards[at] + rewards[at] / agents - q[at * count + actions[at]]
      }
      for (let agent = 0; agent < agents; agent++) {
        const at = agent * samples + sample
        result[at] = q[at * count + actions[at]] + error
      }
    }
    return result
  }

  #losses(q: Float32Array, goals: Float32Array, { actions }: Batch): Float64Array {
    const { agents, actions: count } = this.options
    const samples = actions.length / agents
    const losses = new Float64Array(agents)
    for (let at = 0; at < actions.length; at++) {
      const error = q[at * count + actions[at]] - goals[at]
      losses[Math.floor(at / samples)] += (error * error) / samples
    }
    return losses
  }

  /** States A×B×inputs as the networks take them: with shared parameters all agents' are rows of one. */
  #states(states: Float32Array): Tensor {
    const { networks, inputs } = this.online.shape
    return this.#engine.tf.tensor(states, [networks, states.length / (networks * inputs), inputs])
  }

  #rows(tf: TensorEngine['tf'], values: Float32Array | Int32Array, type: 'float32' | 'int32'): Tensor {
    const { networks } = this.online.shape
    return tf.tensor(values, [networks, values.length / networks], type)
  }

  /** Everything that learning goes on from. */
  save(): SavedState {
    const replay = this.replay.save()
    const optimiser = this.#optimiser.stateOf(this.online.variables as Variable[])
    const streams = Object.entries(this.#streams).map(
      ([name, stream]) => [`random/${name}`, new Int32Array(stream.save())] as const,
    )
    return {
      values: { updates: this.#updates, added: replay.added, optimiserSteps: optimiser.steps },
      arrays: {
        online: this.online.save(),
        target: this.#target.save(),
        optimiser: optimiser.slots,
        ...Object.fromEntries(streams),
        ...replay.arrays,
      },
    }
  }

  restore({ values, arrays }: SavedState): void {
    this.#updates = values.updates as number
    this.online.restore(arrays.online as Float32Array)
    this.#target.restore(arrays.target as Float32Array)
    this.#optimiser.setState(this.online.variables as Variable[], {
      steps: values.optimiserSteps as number,
      slots: arrays.optimiser as Float32Array,
    })
    for (const [name, stream] of Object.entries(this.#streams) as [string, RandomStream][])
      stream.restore(new Uint32Array(arrays[`random/${name}`] as SavedArray))
    this.replay.restore(arrays, values.added as number)
  }

  dispose(): void {
    this.online.dispose()
    this.#target.dispose()
    this.#optimiser.dispose()
  }
}
