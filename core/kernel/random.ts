import { RandomStream, refuse } from './random-stream.js'
import { avalanche, hashText, hashWord, lanes, startHash } from './stream-hash.js'

const TWO_32 = 2 ** 32

/**
 * The random streams of one simulation, all derived from one seed.
 *
 * A stream is a function of (seed, name, indices) alone: streams never shift each other, and any index (a round, a
 * client) can be drawn without the ones before. Asking for the same stream twice gives two equal, independent copies.
 */
export class RandomStreams {
  readonly seed: number | string
  readonly #root = new Int32Array(4)

  constructor(seed: number | string) {
    if (typeof seed === 'number' && !Number.isFinite(seed)) {
      throw new RangeError(`a seed is a finite number or a string, not ${seed}`)
    }
    this.seed = seed
    const text = typeof seed === 'number' ? `number:${seed}` : `string:${seed}`
    startHash(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a)
    hashText(text)
    this.#root.set(lanes)
  }

  /** The stream of that name; indices tell apart the members of a family, e.g. `stream('fading', client, round)`. */
  stream(name: string, ...indices: number[]): RandomStream {
    const root = this.#root
    startHash(root[0], root[1], root[2], root[3])
    hashText(name)
    for (const index of indices) {
      if (!Number.isSafeInteger(index)) {
        throw new RangeError(`random stream '${name}': an index is a whole number, not ${index}`)
      }
      hashWord(index | 0)
      hashWord(Math.floor(index / TWO_32) | 0)
    }
    hashWord(indices.length)
    return finishHash()
  }

  /** The streams of a name with three indices, e.g. of every link in every round: whole numbers from 0 to 2³¹ - 1. */
  family(name: string): StreamFamily {
    const root = this.#root
    startHash(root[0], root[1], root[2], root[3])
    hashText(name)
    const [a, b, c, d] = lanes
    return (first, second, third) => {
      if ((first >>> 0) + (second >>> 0) + (third >>> 0) !== first + second + third) {
        refuse(`random streams '${name}'`, 'indices that are whole numbers from 0', first, second, third)
      }
      startHash(a, b, c, d)
      hashWord(first)
      hashWord(0)
      hashWord(second)
      hashWord(0)
      hashWord(third)
      hashWord(0)
      hashWord(3)
      return finishHash()
    }
  }
}

/** The streams of one name: the same as `stream` gives, without working the name out each time. */
export type StreamFamily = (first: number, second: number, third: number) => RandomStream

function finishHash(): RandomStream {
  const a = avalanche(lanes[0] ^ lanes[3])
  const b = avalanche(lanes[1] + a)
  const c = avalanche(lanes[2] ^ b)
  const stream = new RandomStream(a, b, c, avalanche(lanes[3] + c))
  for (let i = 0; i < 12; i++) stream.bits()
  return stream
}
