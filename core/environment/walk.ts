import type { Position, Trajectory } from '../plugin/contracts.js'

/** The clients on the move, as one clock sees them. */
export class Walk {
  readonly #trajectories: readonly Trajectory[]

  constructor(trajectories: readonly Trajectory[]) {
    this.#trajectories = trajectories
  }

  /** Where the clients are at a simulated time, s; times never decrease. */
  positionsAt(time: number): Position[] {
    return this.#trajectories.map((trajectory) => trajectory(time))
  }
}
