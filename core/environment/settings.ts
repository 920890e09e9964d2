import type { Area, Fading, GainSource, Mobility, Placement, Propagation } from '../plugin/contracts.js'
import type { Doppler } from './followed-fading.js'
import type { Geometry } from './geometry.js'
import type { PowerControl } from './power-control.js'

/** The plugins and settings that networks are drawn from. */
export interface EnvironmentSettings {
  readonly area: Area
  readonly clientPlacement: Placement
  readonly serverPlacement: Placement
  readonly positions: 'fixed' | 'per-episode' | 'per-round'
  readonly episodeRounds: number
  readonly propagation: Propagation
  readonly fading: Fading
  readonly minimumDistanceM: number
  readonly reciprocal: boolean
  /** Open-loop power control: P0, W, and α; absent: clients send with all their power. */
  readonly powerControl?: PowerControl
  /** Channels that change as clients move, in place of draws anew in each round. */
  readonly doppler?: Doppler
  /** Heights, buildings, sectors and copies of the layout; absent where everyone stands on the ground. */
  readonly geometry?: Geometry
  /** Moves clients on from where they are placed; positions are then `fixed`. */
  readonly mobility?: Mobility
  /** Links of a client that have gains of their own on every channel, the strongest; absent: all. */
  readonly strongestLinks?: number
  /** Replaces propagation and fading where given. */
  readonly gains?: GainSource
}
