import {
  type Area,
  definePlugin,
  type Position,
  power,
  type RandomStream,
  type Trajectory,
  Type,
} from '../../core/plugin/index.js'
import { FarStreams, segmentAt } from './shared/far.js'
import { requireInside } from './shared/start.js'

/** Lowest and highest; uniform between them. */
type Range = readonly [number, number]

interface Walk {
  readonly speedMps: Range
  readonly pauseSeconds: Range
  readonly area: Area
}

/** A straight leg and the pause behind it, from `startTime` on. */
interface Leg {
  readonly from: Position
  readonly to: Position
  readonly startTime: number
  readonly arrivalTime: number
  /** When the pause ends and the next leg begins. */
  readonly endTime: number
}

const range = (limits: { minimum?: number; exclusiveMinimum?: number }, unit: string) =>
  Type.Tuple([Type.Number({ ...limits, 'x-unit': unit }), Type.Number({ ...limits, 'x-unit': unit })], {
    maxItems: 2,
  })

export default definePlugin({
  kind: 'mobility',
  name: 'random-waypoint',
  summary:
    'straight to a random place, pause, and on to the next (Johnson and Maltz, 1996), without decay of speed (Yoon et al., 2003)',
  options: Type.Object(
    {
      speedMps: {
        ...range({ exclusiveMinimum: 0 }, 'm/s'),
        default: [0.5, 1.5],
        'x-range': true,
        description:
          'lowest and highest speed of a leg, m/s, uniform between them; above 0, since a leg at no speed never ends',
      },
      pauseSeconds: {
        ...range({ minimum: 0 }, 's'),
        default: [0, 0],
        'x-range': true,
        description: 'shortest and longest pause at a waypoint, s, uniform between them',
      },
    },
    { additionalProperties: false },
  ),
  create: ({ speedMps, pauseSeconds }) => ({
    trajectory: ({ index, start, area, random }) => {
      requireInside(index, start, area)
      return walk({ speedMps, pauseSeconds, area }, start, random)
    },
  }),
})

/** Legs that follow one another from the start: years of them at a walking pace. */
const NEAR = 2 ** 20
/** Legs of a segment beyond, on average. */
const SEGMENT = 2 ** 11

/**
 * A client's walk. Beyond {@link NEAR} legs it goes on in segments that can be drawn without those before: each begins
 * somewhere in the area, which the last leg of the one before leads to.
 */
function walk(settings: Walk, start: Position, random: RandomStream): Trajectory {
  const far = new FarStreams(random)
  let leg = firstLeg(settings, start, random)
  let legs = 0
  let beyond: Trajectory | undefined
  return (time) => {
    while (time >= leg.endTime && legs < NEAR) {
      leg = nextLeg(settings, leg.to, leg.endTime, random)
      legs++
    }
    if (time < leg.endTime) return placeOn(leg, time)
    beyond ??= farWalk(settings, leg.to, far)
    return beyond(time - leg.endTime)
  }
}

function placeOn({ from, to, startTime, arrivalTime }: Leg, time: number): Position {
  if (time >= arrivalTime) return to
  const share = (time - startTime) / (arrivalTime - startTime)
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

/** The walk from so long after the start on that where it goes has nothing to do with that any more. */
function farWalk(settings: Walk, start: Position, far: FarStreams): Trajectory {
  const { area, speedMps, pauseSeconds } = settings
  const diagonal = Math.hypot(area.widthM, area.heightM)
  const meanPause = (pauseSeconds[0] + pauseSeconds[1]) / 2
  const seconds = SEGMENT * (diagonal * meanSlowness(speedMps) + meanPause)
  const begin = (index: number) => {
    const random = far.segment(index)
    const leg = nextLeg(settings, index === 0 ? start : far.place(index, area), 0, random)
    return { index, random, leg, next: far.place(index + 1, area) }
  }
  let segment = begin(0)
  return (time) => {
    const { index, within } = segmentAt(time, seconds)
    if (index !== segment.index) segment = begin(index)
    // There is always time for the last leg at the highest speed.
    while (within >= segment.leg.endTime && segment.leg.endTime + diagonal / speedMps[1] <= seconds)
      segment.leg = nextLeg(settings, segment.leg.to, segment.leg.endTime, segment.random)
    const { leg, next } = segment
    const isLast = leg.endTime + diagonal / speedMps[1] > seconds
    return placeOn(isLast ? { ...leg, to: next, arrivalTime: seconds, endTime: seconds } : leg, within)
  }
}

/** Mean of 1 / speed, s/m. */
const meanSlowness = ([slowest, fastest]: Range): number =>
  fastest > slowest ? Math.log(fastest / slowest) / (fastest - slowest) : 1 / slowest

function nextLeg(
  { speedMps, pauseSeconds, area }: Walk,
  from: Position,
  startTime: number,
  random: RandomStream,
): Leg {
  const to = { x: random.uniform(0, area.widthM), y: random.uniform(0, area.heightM) }
  const arrivalTime = startTime + distance(from, to) / random.uniform(...speedMps)
  return { from, to, startTime, arrivalTime, endTime: arrivalTime + random.uniform(...pauseSeconds) }
}

/**
 * The leg or pause that a client is in when it is found at `start`, a long time after it set out: whoever begins with a
 * fresh leg instead slows down for a long time, since slow legs last longer (Yoon, Liu and Noble, 2003).
 *
 * The stationary law given the place, from those of Navidi and Camp (2004) and Le Boudec and Vojnović (2005): a pause is
 * as likely everywhere; a leg that passes in direction θ, with `behind` and `ahead` to the borders, has density
 * ∝ behind · ahead · (behind + ahead), its length ahead r has ∝ behind / 2 + r, and its speed v has ∝ 1 / v.
 */
function firstLeg(settings: Walk, start: Position, random: RandomStream): Leg {
  const { speedMps, pauseSeconds, area } = settings
  const [slowest, fastest] = speedMps
  const speed = slowest * power(fastest / slowest, random.next())
  const meanPause = (pauseSeconds[0] + pauseSeconds[1]) / 2
  const slowness = meanSlowness(speedMps)
  const diagonal = Math.hypot(area.widthM, area.heightM)
  const border = Math.min(start.x, area.widthM - start.x, start.y, area.heightM - start.y)
  // Nobody passes along the border itself: who is there is at a waypoint.
  if (border < 1e-4 * diagonal && meanPause === 0) return nextLeg(settings, start, 0, random)
  // Rejection: behind · ahead · (behind + ahead) / 2 is at most diagonal³ / 8.
  const mostPassing = (slowness / (area.widthM * area.heightM)) * 2 * Math.PI * (power(diagonal, 3) / 8)
  for (;;) {
    if (random.next() * (mostPassing + meanPause) >= mostPassing) {
      const endTime = residualPause(pauseSeconds, random)
      return { from: start, to: start, startTime: 0, arrivalTime: 0, endTime }
    }
    const angle = random.uniform(-Math.PI, Math.PI)
    const direction = { x: Math.cos(angle), y: Math.sin(angle) }
    const ahead = toBorder(start, direction, area)
    const behind = toBorder(start, { x: -direction.x, y: -direction.y }, area)
    if (random.next() * power(diagonal, 3) >= 4 * behind * ahead * (behind + ahead)) continue
    const left = lengthAhead(behind, ahead, random.next())
    const to = { x: start.x + direction.x * left, y: start.y + direction.y * left }
    const arrivalTime = left / speed
    return {
      from: start,
      to,
      startTime: 0,
      arrivalTime,
      endTime: arrivalTime + random.uniform(...pauseSeconds),
    }
  }
}

/** What is left of a pause that is found going on: long ones are found more often. */
const residualPause = ([shortest, longest]: Range, random: RandomStream): number =>
  random.next() * Math.sqrt(shortest ** 2 + random.next() * (longest ** 2 - shortest ** 2))

/** The quantile of the density ∝ behind / 2 + r on [0, ahead]. */
function lengthAhead(behind: number, ahead: number, quantile: number): number {
  const area = quantile * ahead * (behind + ahead)
  return (2 * area) / (behind + Math.sqrt(behind * behind + 4 * area))
}

function toBorder({ x, y }: Position, direction: Position, { widthM, heightM }: Area): number {
  const along = (coordinate: number, step: number, length: number) =>
    step > 0 ? (length - coordinate) / step : step < 0 ? -coordinate / step : Number.POSITIVE_INFINITY
  return Math.min(along(x, direction.x, widthM), along(y, direction.y, heightM))
}

const distance = (a: Position, b: Position): number => Math.hypot(a.x - b.x, a.y - b.y)
