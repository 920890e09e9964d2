/**
 * x to the y, the same on every machine: `**` is the system's in Node 24, and V8's own before.
 *
 * The method and its coefficients are those of FDLIBM's pow (K. C. Ng, Sun Microsystems, 1993-2004): 2^(y·log2 x), with logarithm and
 * product in two pieces each. V8 had it up to Node 22, with a bracket of its own in the last division, and results here are those of
 * these versions to the bit, so that figures stay what they were.
 */

const cell = new Float64Array(1)
const words = new Int32Array(cell.buffer)
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0

/** The upper 32 bits of a number: sign, exponent and 20 bits of the fraction. */
function highWord(x: number): number {
  cell[0] = x
  return words[HIGH]!
}

/** A number without the lower 32 bits of its fraction: products of two such are exact, or nearly. */
function coarse(x: number): number {
  cell[0] = x
  words[1 - HIGH] = 0
  return cell[0]!
}

/** The number whose upper 32 bits are given, the lower those of `x`. */
function withHighWord(x: number, high: number): number {
  cell[0] = x
  words[HIGH] = high
  return cell[0]!
}

/** 2/(3·ln 2), and in two pieces. */
const TWO_THIRDS_LOG2_E = 0.9617966939259756
const TWO_THIRDS_LOG2_E_HIGH = 0.9617967009544373
const TWO_THIRDS_LOG2_E_LOW = -7.028461650952758e-9

/** log2 e, and in two pieces. */
const LOG2_E = Math.LOG2E
const LOG2_E_HIGH = 1.4426950216293335
const LOG2_E_LOW = 1.9259629911266175e-8

/** log2 1.5 in two pieces. */
const LOG2_OF_1_5_HIGH = 0.5849624872207642
const LOG2_OF_1_5_LOW = 1.350039202129749e-8

/** ln 2, and in two pieces. */
const LN_2 = Math.LN2
const LN_2_HIGH = 0.6931471824645996
const LN_2_LOW = -1.904654299957768e-9

/** 1024 less the logarithm of the largest number and half its last place: what still rounds to it. */
const ROOM_AT_TOP = 8.008566259537294e-17

/** The logarithm to base 2 as worked out last, in two pieces: the first has 20 bits of fraction. */
const logarithm = new Float64Array(2)
/** What it is the logarithm of: decibels always ask for that of 10. */
let logarithmOf = Number.NaN

/** Works out log2 of a positive, finite number, by 3/2·ln((1+s)/(1-s)) = 3s + s³ + …, s = (x - c)/(x + c), around c = 1 or 1.5. */
function takeLogarithm(x: number): void {
  let exponent = 0
  let scaled = x
  if (x < 2.2250738585072014e-308) {
    scaled *= 9007199254740992
    exponent -= 53
  }
  const high = highWord(scaled)
  const fraction = high & 0xfffff
  exponent += (high >> 20) - 1023
  // The fraction is brought to [√3/2, √3) and seen from 1 where it is below √(3/2), from 1.5 above.
  let word = fraction | 0x3ff00000
  let centre = 1
  let centreBits = 0
  let centreLogHigh = 0
  let centreLogLow = 0
  if (fraction > 0x3988e) {
    if (fraction < 0xbb67a) {
      centre = 1.5
      centreBits = 0x40000
      centreLogHigh = LOG2_OF_1_5_HIGH
      centreLogLow = LOG2_OF_1_5_LOW
    } else {
      exponent++
      word -= 0x100000
    }
  }
  const ax = withHighWord(scaled, word)
  const difference = ax - centre
  const inverse = 1 / (ax + centre)
  const s = difference * inverse
  const sHigh = coarse(s)
  const sumHigh = withHighWord(0, ((word >> 1) | 0x20000000) + 0x80000 + centreBits)
  const sumLow = ax - (sumHigh - centre)
  const sLow = inverse * (difference - sHigh * sumHigh - sHigh * sumLow)
  const q = s * s
  const series =
    q *
      q *
      (0.5999999999999946 +
        q *
          (0.4285714285785502 +
            q *
              (0.33333332981837743 +
                q * (0.272728123808534 + q * (0.23066074577556175 + q * 0.20697501780033842))))) +
    sLow * (sHigh + s)
  const squareHigh = sHigh * sHigh
  const factorHigh = coarse(3 + squareHigh + series)
  const factorLow = series - (factorHigh - 3 - squareHigh)
  const u = sHigh * factorHigh
  const v = sLow * factorHigh + factorLow * s
  const productHigh = coarse(u + v)
  const productLow = v - (productHigh - u)
  const zHigh = TWO_THIRDS_LOG2_E_HIGH * productHigh
  const zLow = TWO_THIRDS_LOG2_E_LOW * productHigh + productLow * TWO_THIRDS_LOG2_E + centreLogLow
  const rounded = coarse(zHigh + zLow + centreLogHigh + exponent)
  logarithm[0] = rounded
  logarithm[1] = zLow - (rounded - exponent - centreLogHigh - zHigh)
}

/** The same within 2⁻²⁰ of 1, for exponents above 2³¹: four terms of ln(1 + t). */
function takeLogarithmNearOne(x: number): void {
  const t = x - 1
  const tail = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25))
  const u = LOG2_E_HIGH * t
  const v = t * LOG2_E_LOW - tail * LOG2_E
  const rounded = coarse(u + v)
  logarithm[0] = rounded
  logarithm[1] = v - (rounded - u)
}

/** 2^(high + low), neither over- nor underflowing by more than a place. */
function powerOfTwo(high: number, low: number): number {
  const nearest = coarse(high + low)
  let whole = 0
  if (Math.abs(nearest) > 0.5) whole = Math.trunc(nearest + (nearest < 0 ? -0.5 : 0.5))
  const rest = high - whole
  const t = coarse(low + rest)
  const u = t * LN_2_HIGH
  const v = (low - (t - rest)) * LN_2 + t * LN_2_LOW
  const z = u + v
  const w = v - (z - u)
  const square = z * z
  const t1 =
    z -
    square *
      (0.16666666666666602 +
        square *
          (-0.0027777777777015593 +
            square *
              (6.613756321437934e-5 + square * (-1.6533902205465252e-6 + square * 4.1381367970572385e-8))))
  // FDLIBM takes w + z·w from the quotient; V8 took it from the divisor, which costs a tenth of a place and is kept.
  const r = (z * t1) / (t1 - 2 - (w + z * w))
  const result = 1 - (r - z)
  const word = highWord(result) + whole * 0x100000
  if (word >> 20 > 0) return withHighWord(result, word)
  // Below the normal numbers: the last bits go in one rounding.
  return withHighWord(result, highWord(result) + (whole + 54) * 0x100000) * 5.551115123125783e-17
}

/** Whether a finite number is whole, and odd. */
const isOdd = (y: number): boolean => Math.abs(y % 2) === 1

/**
 * x to the y to within a unit in the last place, the same on every machine, with `**`'s special values.
 *
 * `**` itself is only for the exponent 2, and for 2 to a whole number written out: these are the same everywhere.
 */
export function power(x: number, y: number): number {
  if (y === 0) return 1
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN
  if (y === 1) return x
  if (y === 2) return x * x
  if (y === -1) return 1 / x
  const magnitude = Math.abs(x)
  if (y === Infinity || y === -Infinity) {
    if (magnitude === 1) return Number.NaN
    return magnitude > 1 === y > 0 ? Infinity : 0
  }
  const sign = (x < 0 || Object.is(x, -0)) && isOdd(y) ? -1 : 1
  if (magnitude === 0 || magnitude === Infinity) return sign * ((magnitude === 0) === y > 0 ? 0 : Infinity)
  if (x < 0 && !Number.isInteger(y)) return Number.NaN
  if (magnitude === 1) return sign
  if (y === 0.5) return Math.sqrt(x)
  if (Math.abs(y) >= 2147483649) {
    const word = highWord(magnitude)
    const ends =
      (Math.abs(y) >= 1.8446761665895236e19 && word !== 0x3fefffff && word !== 0x3ff00000) ||
      word < 0x3fefffff ||
      word > 0x3ff00000
    if (ends) return magnitude > 1 === y > 0 ? sign * Infinity : sign * 0
    takeLogarithmNearOne(magnitude)
    logarithmOf = Number.NaN
  } else if (magnitude !== logarithmOf) {
    takeLogarithm(magnitude)
    logarithmOf = magnitude
  }
  const logHigh = logarithm[0]!
  const logLow = logarithm[1]!
  const yHigh = coarse(y)
  const low = (y - yHigh) * logHigh + y * logLow
  const high = yHigh * logHigh
  const z = low + high
  if (z >= 1024 && (z > 1024 || low + ROOM_AT_TOP > z - high)) return sign * Infinity
  if (z <= -1075 && (z < -1075 || low <= z - high)) return sign * 0
  return sign * powerOfTwo(high, low)
}

/** The ratio that is so many decibels: 10^(decibels/10). */
export const fromDecibels = (decibels: number): number => power(10, decibels / 10)
