/** How many of what an environment has; an agent of the games `sequential` and `joint` is the whole network's. */
export interface EnvironmentSizes {
  /** Those that observe and are rewarded. */
  readonly agents: number
  /** Whole numbers that a step takes, each from 0 to `actions` - 1. */
  readonly choices: number
  readonly actions: number
  /** Numbers of an agent's observation, and of the state of everyone together (0 where there is none besides). */
  readonly observation: number
  readonly state: number
  readonly clients: number
}

/** What is told of the latest round beside observations and rewards, in this order; NaN where there was none yet. */
export const factNames = ['cost', 'time', 'energy', 'round', 'episode_index', 'client', 'repaired'] as const

/** Where an environment writes what came of a reset or a step; views into whatever is handed on. */
export interface Outputs {
  /** agents×observation. */
  readonly observation: Float32Array
  /** Joint state, length `state`. */
  readonly state: Float32Array
  /** 1 for each action that can be taken, agents×actions. */
  readonly mask: Uint8Array
  /** By agent. */
  readonly reward: Float64Array
  readonly terminated: Uint8Array
  readonly truncated: Uint8Array
  /** 1 for each agent that acts in the next step. */
  readonly active: Uint8Array
  /** By `factNames`. */
  readonly facts: Float64Array
  /** Slots of the latest round, by client; -1 for one that sits out. */
  readonly assignment: Int32Array
}

/** Arrays of an environment's own. */
export function ownOutputs(sizes: EnvironmentSizes): Outputs {
  const { agents, actions, observation, state, clients } = sizes
  return {
    observation: new Float32Array(agents * observation),
    state: new Float32Array(state),
    mask: new Uint8Array(agents * actions),
    reward: new Float64Array(agents),
    terminated: new Uint8Array(agents),
    truncated: new Uint8Array(agents),
    active: new Uint8Array(agents),
    facts: new Float64Array(factNames.length),
    assignment: new Int32Array(clients),
  }
}
