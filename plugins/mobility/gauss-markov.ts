import {
  type Area,
  definePlugin,
  type Position,
  type RandomStream,
  type Trajectory,
  Type,
} from '../../core/plugin/index.js'
import { FarStreams, segmentAt } from './shared/far.js'
import { requireInside } from './shared/start.js'

export default definePlugin({
  kind: 'mobility',
  name: 'gauss-markov',
  summary:
    'speed and direction with memory around their means, borders reflect (Liang and Haas, 1999; Camp, Boleng and Davies, 2002)',
  options: Type.Object(
    {
      meanSpeedMps: Type.Number({
        default: 1.4,
        minimum: 0,
        'x-unit': 'm/s',
        description: 'mean speed, m/s; 1.4 is a pedestrian',
      }),
      speedDeviationMps: Type.Number({
        default: 0.3,
        minimum: 0,
        'x-unit': 'm/s',
        description: 'standard deviation of the speed, m/s; a negative speed walks backwards',
      }),
      directionDeviationRad: Type.Number({
        default: 0.6,
        minimum: 0,
        'x-unit': 'rad',
        description:
          "standard deviation of the direction around the client's mean direction, rad; that one is drawn once",
      }),
      memory: Type.Number({
        default: 0.85,
        minimum: 0,
        maximum: 1,
        description:
          'correlation α from one update to the next: 0 has no memory, 1 goes straight on for ever',
      }),
      updateSeconds: Type.Number({
        default: 1,
        exclusiveMinimum: 0,
        'x-unit': 's',
        description: 'simulated time between two updates of speed and direction, s; straight on in between',
      }),
    },
    { additionalProperties: false },
  ),
  create: (settings) => ({
    trajectory: ({ index, start, area, random }) => {
      requireInside(index, start, area)
      return walk(settings, start, area, random)
    },
  }),
})

interface Settings {
  readonly meanSpeedMps: number
  readonly speedDeviationMps: number
  readonly directionDeviationRad: number
  readonly memory: number
  readonly updateSeconds: number
}

/** Updates that follow one another from the start: 48 days of one each second. */
const NEAR = 2 ** 22
/** Updates of a segment beyond. */
const SEGMENT = 2 ** 14

/**
 * A client's walk. Beyond {@link NEAR} updates it goes on in segments that can be drawn without those before: each begins
 * somewhere in the area, and the one before is bent, by little at a time, so that it ends there.
 */
function walk(settings: Settings, start: Position, area: Area, random: RandomStream): Trajectory {
  const far = new FarStreams(random)
  const meanDirection = random.uniform(-Math.PI, Math.PI)
  const stretch = (from: Position, stream: RandomStream) => new Stretch(settings, meanDirection, from, stream)
  const near = stretch(start, random)
  const nearSeconds = NEAR * settings.updateSeconds
  const segmentSeconds = SEGMENT * settings.updateSeconds
  const segment = (index: number) => {
    const from = index === 0 ? near.at(nearSeconds) : far.place(index, area)
    const end = stretch(from, far.segment(index)).at(segmentSeconds)
    const next = far.place(index + 1, area)
    return {
      index,
      stretch: stretch(from, far.segment(index)),
      x: shortest(next.x - end.x, 2 * area.widthM),
      y: shortest(next.y - end.y, 2 * area.heightM),
    }
  }
  let present: ReturnType<typeof segment> | undefined
  const unfolded = (time: number): Position => {
    if (!(time >= nearSeconds)) return near.at(time)
    const { index, within } = segmentAt(time - nearSeconds, segmentSeconds)
    if (present?.index !== index) present = segment(index)
    const { x, y } = present.stretch.at(within)
    const share = within / segmentSeconds
    return { x: x + present.x * share, y: y + present.y * share }
  }
  return (time) => {
    const { x, y } = unfolded(time)
    return { x: folded(x, area.widthM), y: folded(y, area.heightM) }
  }
}

/** Updates one after the other, on a plane without borders. */
class Stretch {
  readonly #settings: Settings
  readonly #meanDirection: number
  readonly #random: RandomStream
  // Mirror images of the area are folded back at its borders: turning speed, direction and mean direction round there is
  // the same walk.
  #x: number
  #y: number
  // Deviations from the means, in the stationary law from the first moment.
  #speed: number
  #turn: number
  #update = 0

  constructor(settings: Settings, meanDirection: number, from: Position, random: RandomStream) {
    this.#settings = settings
    this.#meanDirection = meanDirection
    this.#random = random
    this.#x = from.x
    this.#y = from.y
    this.#speed = random.normal(0, settings.speedDeviationMps)
    this.#turn = random.normal(0, settings.directionDeviationRad)
  }

  /** Where the client is so many seconds after the first update; they never decrease. */
  at(time: number): Position {
    const { memory, updateSeconds, speedDeviationMps, directionDeviationRad } = this.#settings
    const fresh = Math.sqrt(1 - memory * memory)
    while ((this.#update + 1) * updateSeconds <= time) {
      const { x, y } = this.#after(updateSeconds)
      this.#x = x
      this.#y = y
      this.#speed = memory * this.#speed + fresh * this.#random.normal(0, speedDeviationMps)
      this.#turn = memory * this.#turn + fresh * this.#random.normal(0, directionDeviationRad)
      this.#update++
    }
    return this.#after(time - this.#update * updateSeconds)
  }

  #after(seconds: number): Position {
    const direction = this.#meanDirection + this.#turn
    const speed = this.#settings.meanSpeedMps + this.#speed
    return {
      x: this.#x + speed * Math.cos(direction) * seconds,
      y: this.#y + speed * Math.sin(direction) * seconds,
    }
  }
}

/** The shortest way to a point that is there again after every period. */
const shortest = (way: number, period: number): number => way - period * Math.round(way / period)

/** Where a point of the line falls when it is folded at 0 and at `length`, again and again. */
function folded(coordinate: number, length: number): number {
  const inPeriod = coordinate - 2 * length * Math.floor(coordinate / (2 * length))
  return inPeriod <= length ? inPeriod : 2 * length - inPeriod
}
