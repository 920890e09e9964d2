import {
  type Dataset,
  definePlugin,
  type RandomSource,
  type RandomStream,
  type Samples,
  Type,
  tokens,
} from '../../core/plugin/index.js'
import { drawReach, handAt, type MotionDifficulty, type Point } from './synthetic-intention/motion.js'
import { addHand, addInstrument, addNoise } from './synthetic-intention/picture.js'

interface Options {
  readonly segments: number
  readonly testSegments: number
  readonly frames: number
  readonly size: number
  readonly instruments: number
  readonly difficulty: number
  readonly shuffleInstruments: boolean
}

export default definePlugin({
  kind: 'dataset',
  name: 'synthetic-intention',
  summary:
    'video of a hand that reaches for one of several instruments (Section VI-A): which? Generated as it is read',
  options: Type.Object(
    {
      segments: Type.Integer({ default: 51_200, minimum: 1, description: 'to train on' }),
      testSegments: Type.Integer({ default: 2048, minimum: 1, description: 'to test with' }),
      frames: Type.Integer({ default: 10, minimum: 2, description: 'of a segment' }),
      size: Type.Integer({ default: 12, minimum: 8, description: 'width and height of a frame, pixels' }),
      instruments: Type.Integer({ default: 4, minimum: 2, maximum: 16, description: 'classes' }),
      difficulty: Type.Number({
        default: 0.5,
        minimum: 0,
        maximum: 1,
        description: 'of noise, bent ways, feints, motions cut short and instruments out of place, 0 to 1',
      }),
      shuffleInstruments: Type.Boolean({
        default: false,
        description:
          'whether any instrument may lie anywhere, so that its looks alone tell it; otherwise each has its place',
      }),
    },
    { additionalProperties: false },
  ),
  memory: ({ segments, testSegments, frames, size }) => [
    { option: 'segments', what: `the labels of ${segments} segments`, bytes: 8 * segments },
    { option: 'testSegments', what: `the labels of ${testSegments} segments`, bytes: 8 * testSegments },
    {
      option: size > frames ? 'size' : 'frames',
      what: `a segment of ${frames} frames of ${size}×${size}`,
      bytes: 4 * frames * size * size,
    },
  ],
  needs: { random: tokens.random },
  create: (options, { random }): Dataset => ({
    sampleShape: [options.frames, options.size, options.size, 1],
    classes: options.instruments,
    train: segments('train', options.segments, options, random),
    test: segments('test', options.testSegments, options, random),
  }),
})

function segments(name: string, count: number, options: Options, random: RandomSource): Samples {
  const { instruments, frames, size } = options
  // In turn, so that all are as frequent.
  const labels = Int32Array.from({ length: count }, (_, i) => i % instruments)
  const length = frames * size * size
  return {
    count,
    labels,
    read(indices, into) {
      for (let i = 0; i < indices.length; i++)
        film(into, i * length, labels[indices[i]], options, random.stream(name, indices[i]))
    },
  }
}

const motionOf = (difficulty: number): MotionDifficulty => ({
  curvature: 0.03 + 0.2 * difficulty,
  feint: 1.2 * difficulty,
  unfinished: 0.1 + 0.6 * difficulty,
  rest: 0.4 * difficulty,
  tremor: 0.005 + 0.02 * difficulty,
})

/** Writes the frames of one segment from `offset` on. */
function film(
  into: Float32Array,
  offset: number,
  label: number,
  options: Options,
  random: RandomStream,
): void {
  const { frames, size, instruments, difficulty } = options
  const places = layOut(options, random)
  const start = { x: random.uniform(0.2, 0.8), y: random.uniform(0.85, 0.95) }
  const other = (label + 1 + random.integer(instruments - 1)) % instruments
  const motion = motionOf(difficulty)
  const reach = drawReach([start, places[label], places[other]], motion, random)

  const pixels = size * size
  into.fill(0, offset, offset + pixels)
  const first = into.subarray(offset, offset + pixels)
  for (const [instrument, place] of places.entries())
    addInstrument(first, size, place, (Math.PI * instrument) / instruments)
  for (let frame = 1; frame < frames; frame++) into.set(first, offset + frame * pixels)
  for (let frame = 0; frame < frames; frame++) {
    const { x, y } = handAt(reach, frame / (frames - 1))
    const seen = { x: x + random.normal(0, motion.tremor), y: y + random.normal(0, motion.tremor) }
    addHand(into, offset + frame * pixels, size, seen)
  }
  addNoise(into, [offset, frames * pixels], 0.05 + 0.3 * difficulty, random)
}

/** Where the instruments lie: side by side on an arc, each a little out of its place. */
function layOut({ instruments, difficulty, shuffleInstruments }: Options, random: RandomStream): Point[] {
  const order = Array.from({ length: instruments }, (_, i) => i)
  if (shuffleInstruments) random.shuffle(order)
  const stray = (0.1 + 0.3 * difficulty) / (instruments + 1)
  return order.map((place) => {
    const x = (place + 1) / (instruments + 1)
    return {
      x: x + random.normal(0, stray),
      y: 0.35 - 0.7 * x * (1 - x) + random.normal(0, stray / 2),
    }
  })
}
