import type { RandomStream } from '../../../core/plugin/index.js'
import type { Point } from './motion.js'

/** Brightness where nothing is, of an instrument and of the hand. */
const INSTRUMENT = 0.5
const HAND = 1

/** Beyond so many standard deviations a spot adds less than 0.01. */
const REACH = 3

/** Adds an instrument, a bar at this angle, to a square picture. */
export function addInstrument(picture: Float32Array, size: number, centre: Point, angle: number): void {
  const [long, short] = [0.1 * size, 0.035 * size]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [column, row] = [centre.x * size - 0.5, centre.y * size - 0.5]
  const reach = REACH * long
  const [left, right] = span(column, reach, size)
  const [top, bottom] = span(row, reach, size)
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = ((x - column) * cos + (y - row) * sin) / long
      const across = ((y - row) * cos - (x - column) * sin) / short
      picture[y * size + x] += INSTRUMENT * Math.exp(-0.5 * (along * along + across * across))
    }
  }
}

/** Adds the hand, a round spot, to the picture that starts at `offset`. */
export function addHand(pictures: Float32Array, offset: number, size: number, centre: Point): void {
  const radius = 0.07 * size
  const [column, row] = [centre.x * size - 0.5, centre.y * size - 0.5]
  const [left, right] = span(column, REACH * radius, size)
  const [top, bottom] = span(row, REACH * radius, size)
  for (let y = top; y <= bottom; y++) {
    const vertical = HAND * Math.exp(-0.5 * ((y - row) / radius) ** 2)
    const start = offset + y * size
    for (let x = left; x <= right; x++)
      pictures[start + x] += vertical * Math.exp(-0.5 * ((x - column) / radius) ** 2)
  }
}

const span = (centre: number, reach: number, size: number): [first: number, last: number] => [
  Math.max(0, Math.ceil(centre - reach)),
  Math.min(size - 1, Math.floor(centre + reach)),
]

/** Variance of the sum of four bytes, each uniform. */
const FOUR_BYTES = Math.sqrt((4 * (256 * 256 - 1)) / 12)

/**
 * Adds noise of this standard deviation to `length` pixels from `offset` on.
 *
 * The sum of a word's four bytes: nearly normal, and a fifth of the time of a normal draw.
 */
export function addNoise(
  pixels: Float32Array,
  [offset, length]: readonly [number, number],
  deviation: number,
  random: RandomStream,
): void {
  const scale = deviation / FOUR_BYTES
  for (let i = offset; i < offset + length; i++) {
    const word = random.bits()
    const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24)
    pixels[i] += scale * (sum - 510)
  }
}
