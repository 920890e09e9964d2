import type { RandomStream, SavedArray } from '../../../core/plugin/index.js'

/** Sizes of what is remembered. */
export interface ReplaySizes {
  /** Experiences kept; the oldest give way. */
  readonly capacity: number
  readonly agents: number
  /** Numbers of a state that all agents see alike. */
  readonly common: number
  /** Numbers of a state that each agent has of its own. */
  readonly own: number
}

/** States of all agents at one time: what they have in common (`common`), then each one's own (`agents`×`own`). */
export type JointState = Float32Array

/** One joint step of all agents. */
export interface Experience {
  readonly state: JointState
  /** Length `agents`. */
  readonly actions: Int32Array
  readonly rewards: Float32Array
  readonly following: JointState
  /** What the value of the following state counts for: 0 where the agent's episode ended; negative if it took no part. */
  readonly discounts: Float32Array
}

/** A mini-batch of every agent: states A×B×(common + own), the rest A×B. */
export interface Batch {
  readonly states: Float32Array
  readonly following: Float32Array
  readonly actions: Int32Array
  readonly rewards: Float32Array
  readonly discounts: Float32Array
}

/**
 * The replay memory of all agents: a ring of joint steps, of which each agent draws its own mini-batches.
 *
 * What agents see alike is kept once.
 */
export class ReplayBuffer {
  readonly sizes: ReplaySizes
  readonly #states: Float32Array
  readonly #following: Float32Array
  readonly #actions: Int32Array
  readonly #rewards: Float32Array
  readonly #discounts: Float32Array
  /** Experiences of each agent that it took part in. */
  readonly #taken: Int32Array
  #added = 0

  constructor(sizes: ReplaySizes) {
    const { capacity, agents, common, own } = sizes
    this.sizes = sizes
    this.#states = new Float32Array(capacity * (common + agents * own))
    this.#following = new Float32Array(this.#states.length)
    this.#actions = new Int32Array(capacity * agents)
    this.#rewards = new Float32Array(capacity * agents)
    this.#discounts = new Float32Array(capacity * agents)
    this.#taken = new Int32Array(agents)
  }

  /** Experiences held. */
  get size(): number {
    return Math.min(this.#added, this.sizes.capacity)
  }

  add({ state, actions, rewards, following, discounts }: Experience): void {
    const { capacity, agents } = this.sizes
    const row = this.#added % capacity
    for (let agent = 0; agent < agents; agent++) {
      if (this.#added >= capacity && this.#discounts[row * agents + agent] >= 0) this.#taken[agent]--
      if (discounts[agent] >= 0) this.#taken[agent]++
    }
    this.#states.set(state, row * state.length)
    this.#following.set(following, row * following.length)
    this.#actions.set(actions, row * agents)
    this.#rewards.set(rewards, row * agents)
    this.#discounts.set(discounts, row * agents)
    this.#added++
  }

  /**
   * A mini-batch of `samples` for every agent, drawn with replacement from those it took part in.
   *
   * `together` draws the same steps for all agents, whoever took part.
   */
  sample(samples: number, random: RandomStream, together = false): Batch {
    const { agents, common, own } = this.sizes
    const size = common + own
    const batch = {
      states: new Float32Array(agents * samples * size),
      following: new Float32Array(agents * samples * size),
      actions: new Int32Array(agents * samples),
      rewards: new Float32Array(agents * samples),
      discounts: new Float32Array(agents * samples),
    }
    for (let sample = 0; sample < samples; sample++) {
      let row = together ? random.integer(this.size) : 0
      for (let agent = 0; agent < agents; agent++) {
        if (!together) row = this.#drawRow(agent, random)
        const at = agent * samples + sample
        this.#copyState(this.#states, row, agent, batch.states, at * size)
        this.#copyState(this.#following, row, agent, batch.following, at * size)
        batch.actions[at] = this.#actions[row * agents + agent]
        batch.rewards[at] = this.#rewards[row * agents + agent]
        batch.discounts[at] = Math.max(0, this.#discounts[row * agents + agent])
      }
    }
    return batch
  }

  /** A step that the agent took part in, every one equally likely. */
  #drawRow(agent: number, random: RandomStream): number {
    if (this.#taken[agent] === 0) throw new Error(`agent ${agent} has nothing to remember`)
    for (;;) {
      const row = random.integer(this.size)
      if (this.#discounts[row * this.sizes.agents + agent] >= 0) return row
    }
  }

  #copyState(from: Float32Array, row: number, agent: number, into: Float32Array, at: number): void {
    const { agents, common, own } = this.sizes
    const start = row * (common + agents * own)
    for (let i = 0; i < common; i++) into[at + i] = from[start + i]
    const ownStart = start + common + agent * own
    for (let i = 0; i < own; i++) into[at + common + i] = from[ownStart + i]
  }

  /** Everything held, and where the ring stands. */
  save(): { readonly arrays: Record<string, SavedArray>; readonly added: number } {
    const held = (array: Float32Array | Int32Array) =>
      array.slice(0, (array.length / this.sizes.capacity) * this.size)
    return {
      added: this.#added,
      arrays: {
        'replay/states': held(this.#states),
        'replay/following': held(this.#following),
        'replay/actions': held(this.#actions),
        'replay/rewards': held(this.#rewards),
        'replay/discounts': held(this.#discounts),
      },
    }
  }

  /** Goes on from what `save` gave, into a buffer of the same sizes. */
  restore(arrays: Readonly<Record<string, SavedArray>>, added: number): void {
    this.#added = added
    this.#states.set(arrays['replay/states'])
    this.#following.set(arrays['replay/following'])
    this.#actions.set(arrays['replay/actions'])
    this.#rewards.set(arrays['replay/rewards'])
    this.#discounts.set(arrays['replay/discounts'])
    this.#taken.fill(0)
    const { agents } = this.sizes
    for (let i = 0; i < this.size * agents; i++) if (this.#discounts[i] >= 0) this.#taken[i % agents]++
  }
}
