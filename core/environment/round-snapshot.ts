import type { RoundNetwork } from '../network/round-network.js'
import type { Position } from '../plugin/contracts.js'

/** The physical network of a round, and where everyone stands in it. */
export interface RoundSnapshot {
  readonly round: number
  readonly network: RoundNetwork
  readonly clientPositions: readonly Position[]
  readonly serverPositions: readonly Position[]
  /**
   * The network some time, s, after the snapshot was set: its fading has aged, with correlation exp(-seconds / coherence)
   * between the complex amplitudes; where everyone stands, and so the mean gains, have not changed.
   */
  networkAfter(seconds: number, coherenceSeconds: number): RoundNetwork
  /**
   * The network some time, s, before the snapshot was set, everyone in the same place: as fading is the same law backwards,
   * drawn like `networkAfter` but from streams of its own.
   */
  networkBefore(seconds: number, coherenceSeconds: number): RoundNetwork
  /** How channels go on by simulated time, in place of the two above; undefined where each round has its own. */
  readonly followed?: FollowedChannels
}

/** Channels that follow clients through their fading. */
export interface FollowedChannels {
  /** s from one look at them to the next within a round; undefined: they hold for the round. */
  readonly stepSeconds: number | undefined
  /** The network so many seconds after the scene was set, or before (negative): everyone where they were, but for their fading. */
  networkAt(seconds: number): RoundNetwork
  /** Where a client is in its fading at that time, m: what lies between two times is how far it has moved. */
  placeAt(client: number, seconds: number): Position
}

/** When a scene is set, by the clock of whoever looks: s, and the clients' velocities, m/s, where they move. */
export interface SceneClock {
  readonly now: number
  readonly velocities?: readonly Position[] | undefined
}
