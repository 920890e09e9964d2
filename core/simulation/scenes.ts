import type { Environment } from '../environment/environment.js'
import type { RoundSnapshot } from '../environment/round-snapshot.js'
import type { Walk } from '../environment/walk.js'
import type { Position } from '../plugin/contracts.js'

/** What velocities are measured over, s. */
const MOMENT = 1e-3

/** The networks of one scheduler's run: clients that move are where its clock has them. */
export class Scenes {
  readonly #environment: Environment
  /** Undefined where clients stay in their places. */
  readonly #walk: Walk | undefined
  /** The same a moment ahead, where it matters how fast they are. */
  readonly #ahead: Walk | undefined

  constructor(environment: Environment) {
    this.#environment = environment
    this.#walk = environment.walk()
    this.#ahead = environment.followsFading ? environment.walk() : undefined
  }

  /** Whether clients move. */
  get move(): boolean {
    return this.#walk !== undefined
  }

  /** The network of a round, or of a row, at a simulated time, s. */
  snapshot(round: number, now: number): Promise<RoundSnapshot> {
    const positions = this.#walk?.positionsAt(now)
    const velocities = positions && this.#velocities(positions, now)
    return this.#environment.snapshot(round, positions, { now, velocities })
  }

  /** How fast clients are on the move, m/s, where their channels go by it. */
  #velocities(positions: readonly Position[], now: number): readonly Position[] | undefined {
    return this.#ahead?.positionsAt(now + MOMENT).map(({ x, y }, client) => ({
      x: (x - positions[client].x) / MOMENT,
      y: (y - positions[client].y) / MOMENT,
    }))
  }
}
