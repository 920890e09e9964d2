/** How the share of random actions falls. */
export interface Exploration {
  readonly start: number
  readonly end: number
  /** Share of the training over which it falls. */
  readonly share: number
}

/** The share of random actions ε when `done` of the training, 0 to 1, is over: falls linearly, then stays. */
export const explorationAt = ({ start, end, share }: Exploration, done: number): number =>
  done >= share ? end : start + ((end - start) * done) / share
