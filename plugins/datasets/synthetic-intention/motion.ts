import type { RandomStream } from '../../../core/plugin/index.js'

/** A point on the table, both coordinates from 0 to 1, y downwards as in an image. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** What makes a motion hard to foresee; each from 0 on. */
export interface MotionDifficulty {
  /** Standard deviation of the bend of the way, over its length. */
  readonly curvature: number
  /** How far at most the hand sets out for another instrument first, as a share of the way between the two. */
  readonly feint: number
  /** Share of the way that may be left at the end. */
  readonly unfinished: number
  /** Share of the time that the hand may rest at first. */
  readonly rest: number
  /** Standard deviation of the hand's place in a frame, over the width of the table. */
  readonly tremor: number
}

/** The hand on its way from `start` to `goal`: a curve, and when it is where on it. */
export interface Reach {
  readonly start: Point
  readonly bend: Point
  readonly goal: Point
  /** Share of the way that is gone in the end. */
  readonly end: number
  /** Share of the time that passes before it moves. */
  readonly rest: number
}

/** Draws a motion towards `goal` that may seem to go for `other` at first. */
export function drawReach(
  [start, goal, other]: readonly [Point, Point, Point],
  difficulty: MotionDifficulty,
  random: RandomStream,
): Reach {
  const along = { x: goal.x - start.x, y: goal.y - start.y }
  const bow = random.normal(0, difficulty.curvature)
  const feint = (random.next() * difficulty.feint) / 2
  return {
    start,
    goal,
    // Half way, to one side of it, and drawn towards the other instrument.
    bend: {
      x: start.x + along.x / 2 - along.y * bow + feint * (other.x - goal.x),
      y: start.y + along.y / 2 + along.x * bow + feint * (other.y - goal.y),
    },
    end: 1 - random.next() * difficulty.unfinished,
    rest: random.next() * difficulty.rest,
  }
}

/** Where the hand is at a share of the time, 0 to 1: along a quadratic curve, with minimum jerk (Flash and Hogan, 1985). */
export function handAt({ start, bend, goal, end, rest }: Reach, time: number): Point {
  const t = Math.max(0, (time - rest) / (1 - rest))
  const u = end * t * t * t * (10 + t * (6 * t - 15))
  const [a, b, c] = [(1 - u) * (1 - u), 2 * u * (1 - u), u * u]
  return { x: a * start.x + b * bend.x + c * goal.x, y: a * start.y + b * bend.y + c * goal.y }
}
