import { power } from './power.js'
import { exponentialTable, normalTable } from './ziggurat.js'

const { edge: normalEdge, height: normalHeight, tail: normalTail } = normalTable
const { edge: exponentialEdge, height: exponentialHeight, tail: exponentialTail } = exponentialTable

const TWO_32 = 2 ** 32
const TWO_MINUS_52 = 2 ** -52
const TWO_MINUS_53 = 2 ** -53

/** An array whose elements can be exchanged: plain or typed. */
export interface Shuffleable {
  readonly length: number
  [index: number]: unknown
}

/**
 * One stream of random numbers: sfc32, a 128-bit state of which 32 bits are a counter (period at least 2³²).
 *
 * Streams come from {@link RandomStreams}; the state may be saved and restored to continue exactly where it was.
 */
export class RandomStream {
  #a: number
  #b: number
  #c: number
  #counter: number

  constructor(a: number, b: number, c: number, counter: number) {
    this.#a = a | 0
    this.#b = b | 0
    this.#c = c | 0
    this.#counter = counter | 0
  }

  /** 32 random bits as a signed integer. */
  bits(): number {
    const a = this.#a
    const b = this.#b
    const c = this.#c
    const counter = this.#counter
    const result = (a + b + counter) | 0
    this.#counter = (counter + 1) | 0
    this.#a = b ^ (b >>> 9)
    this.#b = (c + (c << 3)) | 0
    this.#c = (((c << 21) | (c >>> 11)) + result) | 0
    return result
  }

  /** Uniform on [0, 1) with 53 random bits. */
  next(): number {
    const high = this.bits() >>> 5
    const low = this.bits() >>> 6
    return (high * 67108864 + low) * TWO_MINUS_53
  }

  /**
   * Uniform on [low, high), by default on [0, 1); `low` where the two are equal.
   *
   * @throws RangeError unless low ≤ high, a finite number apart.
   */
  uniform(low = 0, high = 1): number {
    const width = high - low
    if (!(width >= 0 && width < Infinity)) {
      refuse('uniform(low, high)', 'finite bounds, low at most high', low, high)
    }
    return low + width * this.next()
  }

  /**
   * A whole number from 0 to n - 1, every one equally likely (rejection, no modulo bias).
   *
   * @throws RangeError unless n is a whole number from 1 to 2⁵³.
   */
  integer(n: number): number {
    if (!(n >= 1 && n <= 9007199254740992 && Number.isInteger(n))) {
      refuse('integer(n)', 'a whole number from 1 to 2^53', n)
    }
    if (n <= TWO_32) {
      const limit = TWO_32 - (TWO_32 % n)
      let draw = this.bits() >>> 0
      while (draw >= limit) draw = this.bits() >>> 0
      return draw % n
    }
    const limit = 2 ** 53 - (2 ** 53 % n)
    let draw = this.next() * 2 ** 53
    while (draw >= limit) draw = this.next() * 2 ** 53
    return draw % n
  }

  /**
   * Normal with the given mean and standard deviation (ziggurat, 53-bit abscissae).
   *
   * @throws RangeError unless the mean is finite, and the deviation 0 or finite and positive.
   */
  normal(mean = 0, standardDeviation = 1): number {
    if (!(standardDeviation >= 0 && Math.abs(mean) + standardDeviation < Infinity)) {
      refuse(
        'normal(mean, standardDeviation)',
        'a finite mean and a finite deviation of at least 0',
        mean,
        standardDeviation,
      )
    }
    const word = this.bits()
    const layer = word & 255
    const fraction = ((word >> 11) * TWO_32 + (this.bits() >>> 0)) * TWO_MINUS_52
    const x = fraction * normalEdge[layer]
    if (Math.abs(x) < normalEdge[layer + 1]) return mean + standardDeviation * x
    return mean + standardDeviation * this.#normalEdge(layer, x)
  }

  /**
   * Exponential with the given mean (ziggurat, 53-bit abscissae).
   *
   * @throws RangeError unless the mean is 0 or finite and positive.
   */
  exponential(mean = 1): number {
    if (!(mean >= 0 && mean < Infinity)) refuse('exponential(mean)', 'a finite mean of at least 0', mean)
    const word = this.bits()
    const layer = word & 255
    const fraction = ((word >>> 11) * TWO_32 + (this.bits() >>> 0)) * TWO_MINUS_53
    const x = fraction * exponentialEdge[layer]
    if (x < exponentialEdge[layer + 1]) return mean * x
    return mean * this.#exponentialEdge(layer, x)
  }

  /**
   * Gamma with the given shape and scale, mean shape · scale (Marsaglia and Tsang, 2000).
   *
   * @throws RangeError unless the shape is finite and positive, and the scale 0 or finite and positive.
   */
  gamma(shape: number, scale = 1): number {
    if (!(shape > 0 && scale >= 0 && shape + scale < Infinity)) {
      refuse('gamma(shape, scale)', 'a finite positive shape and a finite scale of at least 0', shape, scale)
    }
    if (shape < 1) return this.gamma(shape + 1, scale) * power(1 - this.next(), 1 / shape)
    const d = shape - 1 / 3
    const c = 1 / Math.sqrt(9 * d)
    for (;;) {
      const x = this.normal()
      const root = 1 + c * x
      if (root <= 0) continue
      const v = root * root * root
      if (Math.log(1 - this.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return scale * d * v
    }
  }

  /**
   * Lognormal: exp of a normal with mean `mu` and standard deviation `sigma`.
   *
   * @throws RangeError unless mu is finite, and sigma 0 or finite and positive.
   */
  lognormal(mu: number, sigma: number): number {
    if (!(sigma >= 0 && Math.abs(mu) + sigma < Infinity)) {
      refuse('lognormal(mu, sigma)', 'a finite mu and a finite sigma of at least 0', mu, sigma)
    }
    return Math.exp(this.normal(mu, sigma))
  }

  /**
   * Pareto of the first kind: at least `scale`, with tail exponent `shape`.
   *
   * @throws RangeError unless both are finite and positive.
   */
  pareto(shape: number, scale: number): number {
    if (!(shape > 0 && scale > 0 && shape + scale < Infinity)) {
      refuse('pareto(shape, scale)', 'a finite positive shape and scale', shape, scale)
    }
    return scale * power(1 - this.next(), -1 / shape)
  }

  /** Puts the array into a uniformly random order, in place, and returns it (Fisher and Yates). */
  shuffle<A extends Shuffleable>(array: A): A {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const held = array[i]
      array[i] = array[j]
      array[j] = held
    }
    return array
  }

  /** The state as four words; see {@link restore}. */
  save(): Uint32Array {
    return Uint32Array.of(this.#a, this.#b, this.#c, this.#counter)
  }

  /** Continues from a state that {@link save} returned. */
  restore(state: Uint32Array): void {
    if (state.length !== 4) throw new RangeError(`a random stream's state has 4 words, not ${state.length}`)
    this.#a = state[0] | 0
    this.#b = state[1] | 0
    this.#c = state[2] | 0
    this.#counter = state[3] | 0
  }

  #normalEdge(layer: number, x: number): number {
    for (;;) {
      if (layer === 0) return this.#normalTail(x < 0)
      const low = normalHeight[layer]
      const high = normalHeight[layer + 1]
      if (low + this.next() * (high - low) < Math.exp(-0.5 * x * x)) return x
      const word = this.bits()
      layer = word & 255
      x = ((word >> 11) * TWO_32 + (this.bits() >>> 0)) * TWO_MINUS_52 * normalEdge[layer]
      if (Math.abs(x) < normalEdge[layer + 1]) return x
    }
  }

  #normalTail(negative: boolean): number {
    for (;;) {
      const x = -Math.log(1 - this.next()) / normalTail
      const y = -Math.log(1 - this.next())
      if (y + y >= x * x) return negative ? -(normalTail + x) : normalTail + x
    }
  }

  #exponentialEdge(layer: number, x: number): number {
    for (;;) {
      // The tail of an exponential is the same exponential again.
      if (layer === 0) return exponentialTail - Math.log(1 - this.next())
      const low = exponentialHeight[layer]
      const high = exponentialHeight[layer + 1]
      if (low + this.next() * (high - low) < Math.exp(-x)) return x
      const word = this.bits()
      layer = word & 255
      x = ((word >>> 11) * TWO_32 + (this.bits() >>> 0)) * TWO_MINUS_53 * exponentialEdge[layer]
      if (x < exponentialEdge[layer + 1]) return x
    }
  }
}

/** Out of the way of what draws: a message takes more room than a comparison. */
export function refuse(call: string, expected: string, ...found: number[]): never {
  throw new RangeError(`${call} needs ${expected}, not ${found.join(', ')}`)
}
