// log2(1 + x), step by step as in ../rate.ts, where it is explained.

const C1: f64 = 1.4426950408889634
const LARGEST: f64 = 1.0715086071862673e301 // 2^1000

/** 1 / c and log2(c) side by side, for c = 1 + i / 128. */
const breakpoints: usize = memory.data(129 * 16, 16)

/** Fills the table; due once. */
export function prepareLogarithm(): void {
  for (let i = 0; i <= 128; i++) {
    store<f64>(breakpoints + ((<usize>i) << 4), 128.0 / <f64>(128 + i))
    store<f64>(breakpoints + ((<usize>i) << 4) + 8, Math.log2(1 + <f64>i / 128))
  }
}

/** Of two numbers at once. */
// @inline
export function log2OnePlus(x: v128): v128 {
  return i64x2.all_true(f64x2.lt(x, f64x2.splat(LARGEST))) ? finite(x) : other(x)
}

/** Infinite, too large for the table, or no number. */
function other(x: v128): v128 {
  const first = f64x2.extract_lane(x, 0)
  const second = f64x2.extract_lane(x, 1)
  return f64x2(slow(first), slow(second))
}

function slow(x: f64): f64 {
  return x < LARGEST ? f64x2.extract_lane(finite(f64x2.splat(x)), 0) : Math.log2(1 + x)
}

// @inline
function finite(x: v128): v128 {
  const sum = f64x2.add(f64x2.splat(1), x)
  const biased = i64x2.shr_u(sum, 52)
  // An integer below 2^52 becomes a double by its bits alone.
  const shifted = v128.or(biased, i64x2.splat(0x4330000000000000))
  const exponent = f64x2.sub(shifted, f64x2.splat(4503599627370496 + 1023))
  const scale = i64x2.shl(i64x2.sub(i64x2.splat(2046), biased), 52)
  // The fraction, rounded to its seven leading bits; the carry makes 2 of what is nearest to it.
  const rounded = i64x2.add(v128.and(sum, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x0000100000000000))
  const i = i64x2.shr_u(rounded, 45)
  const breakpoint = i64x2.add(i64x2.shl(i, 45), i64x2.splat(0x3ff0000000000000))
  const first = v128.load(breakpoints + ((<usize>i64x2.extract_lane(i, 0)) << 4))
  const second = v128.load(breakpoints + ((<usize>i64x2.extract_lane(i, 1)) << 4))
  const reciprocal = v128.shuffle<f64>(first, second, 0, 2)
  const logarithm = v128.shuffle<f64>(first, second, 1, 3)
  const remainder = f64x2.mul(f64x2.sub(x, f64x2.sub(sum, f64x2.splat(1))), scale)
  const r = f64x2.mul(f64x2.add(f64x2.sub(f64x2.mul(sum, scale), breakpoint), remainder), reciprocal)
  const r2 = f64x2.mul(r, r)
  const third = f64x2.add(line(r, C1 / 5, -C1 / 6), f64x2.mul(r2, f64x2.splat(C1 / 7)))
  const higher = f64x2.add(line(r, C1 / 3, -C1 / 4), f64x2.mul(r2, third))
  const series = f64x2.add(line(r, C1, -C1 / 2), f64x2.mul(r2, higher))
  return f64x2.add(f64x2.add(exponent, logarithm), f64x2.mul(r, series))
}

// @inline
function line(r: v128, constant: f64, slope: f64): v128 {
  return f64x2.add(f64x2.splat(constant), f64x2.mul(r, f64x2.splat(slope)))
}
