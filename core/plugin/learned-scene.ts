import type { Area } from './contracts.js'

/** What tells whether a scheduler has seen networks like a scenario's. */
export interface LearnedScene {
  /** What its gains come from: the name of a plugin of propagation or gains. */
  readonly gainsFrom: string
  /** The label under which it can be trained. */
  readonly label: string
  readonly servers: number
  readonly area: Area
}
