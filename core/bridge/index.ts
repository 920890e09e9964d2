/** Scenarios as episodic environments for agents that learn; `cotwin serve-env` serves the same to other programs. */
export { type AutoresetMode, Batch } from './environments/batch.js'
export type {
  Environment,
  EnvironmentOptions,
  EnvironmentReward,
  Game,
  RoundMap,
  Start,
} from './environments/environment.js'
export { type EnvironmentFactory, openEnvironments } from './environments/open.js'
export { type EnvironmentSizes, factNames, type Outputs } from './environments/outputs.js'
