// Powers to 300 bits in whole numbers, by series that have nothing to do with core/kernel/power.ts.

const BITS = 300n
const ONE = 1n << BITS

/** A finite number as a fraction of 2^exponent. */
function fraction(x: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, x)
  const word = bits.getBigUint64(0)
  const exponent = Number((word >> 52n) & 0x7ffn)
  const low = word & 0xfffffffffffffn
  const mantissa = exponent === 0 ? low : low | (1n << 52n)
  return { mantissa: x < 0 ? -mantissa : mantissa, exponent: Math.max(1, exponent) - 1075 }
}

const shifted = (value: bigint, by: number): bigint => (by >= 0 ? value << BigInt(by) : value >> BigInt(-by))

/** The product of two fixed-point numbers, rounded to zero, so that a series' terms come to an end. */
const product = (x: bigint, y: bigint): bigint => (x * y) / ONE

/** ln of a fixed-point number in [½, 2): 2·atanh((x - 1)/(x + 1)). */
function logarithm(x: bigint): bigint {
  const s = ((x - ONE) << BITS) / (x + ONE)
  const square = product(s, s)
  let sum = 0n
  let term = s
  for (let n = 1n; term !== 0n; n += 2n) {
    sum += term / n
    term = product(term, square)
  }
  return 2n * sum
}

const LN_2 = logarithm(ONE + (ONE >> 1n)) - logarithm(ONE - (ONE >> 2n))

/** x to the y for x > 0, as a mantissa of 300 bits and the exponent of 2. */
export function exactPower(x: number, y: number): { readonly mantissa: bigint; readonly exponent: number } {
  const base = fraction(x)
  const length = base.mantissa.toString(2).length
  const ln = logarithm(shifted(base.mantissa, Number(BITS) - length)) + BigInt(base.exponent + length) * LN_2
  const raised = fraction(y)
  const z = shifted(ln * raised.mantissa, raised.exponent)
  const whole = z / LN_2
  let term = ONE
  let sum = 0n
  for (let n = 1n; term !== 0n; n++) {
    sum += term
    term = product(term, z - whole * LN_2) / n
  }
  return { mantissa: sum, exponent: Number(whole) }
}

/** How far a number is from an exact one, in units of its last place. */
export function placesApart(value: number, exact: ReturnType<typeof exactPower>): number {
  const { mantissa, exponent } = fraction(value)
  const difference = (mantissa << BITS) - shifted(exact.mantissa, exact.exponent - exponent)
  return Math.abs(Number(difference >> (BITS - 20n))) / 2 ** 20
}
