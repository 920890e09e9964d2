import { power } from '../kernel/power.js'

/**
 * log2(1 + x) for x from 0 to Infinity, within 5e-16 of its exact value relative to that, however small x is.
 *
 * This is where a search spends its time, and `Math.log2` is a call out of compiled code that loses x below 1e-16.
 * So: 1 + x = 2^e f with 1 <= f < 2; the nearest c of 129 breakpoints leaves |f/c - 1| <= 2^-8, and
 * log2(1 + x) = e + log2(c) + log2(1 + r), r = f/c - 1, of whose series seven terms are enough.
 */
export function log2OnePlus(x: number): number {
  if (!(x < LARGEST)) return Math.log2(1 + x)
  const sum = 1 + x
  number[0] = sum
  const word = words[HIGH_WORD]
  const exponent = (word >>> 20) - 1023
  // The seven leading bits of the fraction, rounded to nearest.
  const i = ((word & 0xfffff) + 0x1000) >>> 13
  const scale = powerOfHalf[exponent]
  // What rounding took from 1 + x is given back here: it is all there is where x is small.
  const remainder = x - (sum - 1)
  const r = (sum * scale - 1 - i / 128 + remainder * scale) * reciprocal[i]
  const r2 = r * r
  const series = C1 + r * C2 + r2 * (C3 + r * C4 + r2 * (C5 + r * C6 + r2 * C7))
  return exponent + logarithm[i] + r * series
}

const LARGEST = 2 ** 1000

// log2(1 + r) = C1 r + C2 r^2 + …
const C1 = Math.LOG2E
const C2 = -Math.LOG2E / 2
const C3 = Math.LOG2E / 3
const C4 = -Math.LOG2E / 4
const C5 = Math.LOG2E / 5
const C6 = -Math.LOG2E / 6
const C7 = Math.LOG2E / 7

/** A number and its bits. */
const number = new Float64Array(1)
const words = new Int32Array(number.buffer)
const HIGH_WORD = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0

const powerOfHalf = Float64Array.from({ length: 1001 }, (_, exponent) => power(2, -exponent))

// 1 / c and log2(c) for c = 1 + i / 128.
const reciprocal = Float64Array.from({ length: 129 }, (_, i) => 128 / (128 + i))
const logarithm = Float64Array.from({ length: 129 }, (_, i) => Math.log2(1 + i / 128))
