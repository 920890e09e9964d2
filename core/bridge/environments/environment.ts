import { UserError } from '../../errors.js'
import type { RewardForm } from '../../plugin/index.js'
import type { InformationTier } from '../../plugin/tiers.js'
import type { EnvironmentSizes, Outputs } from './outputs.js'

/** The games: clients one after another, all at once, or all by one agent. */
export const games = ['sequential', 'parallel', 'joint'] as const
/** One of them. */
export type Game = (typeof games)[number]

/** What agents are rewarded by: a round's cost in one of the forms of d3qn, or λT + μΣE itself with a minus. */
export const rewardForms = ['negative-log-cost', 'reciprocal-scaled', 'literal', 'objective'] as const
/** One of them. */
export type EnvironmentReward = RewardForm | 'objective'

/** Which environment. */
export interface EnvironmentOptions {
  readonly game: Game
  /** What agents see. */
  readonly tier: InformationTier
  readonly reward: EnvironmentReward
  /** Rounds of an episode; one in the game `sequential` and the scenario's in the others, unless it is said. */
  readonly rounds?: number | undefined
  /** Of the game `sequential`: whether a slot is chosen, or a place on a list of those that look cheapest. */
  readonly actions: 'slots' | 'shortlist'
  readonly shortlist: number
  /** What comes of several requests for one slot; what a run would do unless it is said. */
  readonly conflicts?: 'repair' | 'interfere' | undefined
}

/** What an episode begins with: the next one, the first of a seed's, or a validation network. */
export interface Start {
  readonly seed?: number | undefined
  /** The validation network that the episode begins with. */
  readonly validation?: number | undefined
}

/** Where everyone stands, and who is where. */
export interface RoundMap {
  readonly widthM: number
  readonly heightM: number
  readonly channels: number
  /** x, y, m. */
  readonly clients: readonly (readonly [number, number])[]
  readonly servers: readonly (readonly [number, number])[]
  /** Slots of the round shown, by client. */
  readonly assignment: readonly number[]
}

/** A scenario as an episodic environment; what comes of `reset` and `step` is in `outputs`. */
export interface Environment {
  readonly sizes: EnvironmentSizes
  readonly outputs: Outputs
  /** Whether the episode is over: only `reset` helps then. */
  readonly over: boolean
  reset(start?: Start): void
  /** Throws a `UserError` for choices that there are not, and leaves everything as it was. */
  step(choices: Int32Array): void
  /** Draws the network that comes next, for when nobody waits; what comes of resets and steps is the same without. */
  prepare(): void
  /** The round at hand where it has begun, else the latest one. */
  map(): RoundMap
}

/** Refuses what is no choice. */
export function checkChoices(choices: Int32Array, { choices: count, actions }: EnvironmentSizes): void {
  if (choices.length !== count)
    throw new UserError(`actions: got ${choices.length} numbers, expected ${count}`)
  for (const choice of choices)
    if (choice < 0 || choice >= actions)
      throw new UserError(`actions: got ${choice}, expected 0 to ${actions - 1}`)
}
