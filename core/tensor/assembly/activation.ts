// Activations and their gradients, four at a time, with a padded last vector.

import { exp4, sigmoid4, tanh4 } from './simd'

export const LINEAR: i32 = 0
export const RELU: i32 = 1
export const RELU6: i32 = 2
export const SIGMOID: i32 = 3
export const ELU: i32 = 4
export const TANH: i32 = 5

// @inline
function activate4(x: v128, activation: i32): v128 {
  const zero = f32x4.splat(0)
  if (activation === RELU) return f32x4.pmax(x, zero)
  if (activation === RELU6) return f32x4.pmin(f32x4.pmax(x, zero), f32x4.splat(6))
  if (activation === SIGMOID) return sigmoid4(x)
  if (activation === ELU) {
    return v128.bitselect(x, f32x4.sub(exp4(x), f32x4.splat(1)), f32x4.ge(x, zero))
  }
  if (activation === TANH) return tanh4(x)
  return x
}

/** d activation / d x from the output y = activation(x). */
// @inline
export function slope4(y: v128, activation: i32): v128 {
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  if (activation === RELU) return v128.and(f32x4.gt(y, zero), one)
  if (activation === RELU6) return v128.and(v128.and(f32x4.gt(y, zero), f32x4.lt(y, f32x4.splat(6))), one)
  if (activation === SIGMOID) return f32x4.mul(y, f32x4.sub(one, y))
  if (activation === ELU) return v128.bitselect(one, f32x4.add(y, one), f32x4.ge(y, zero))
  if (activation === TANH) return f32x4.sub(one, f32x4.mul(y, y))
  return one
}

/** One float in the first lane. */
// @inline
export function load1(at: usize): v128 {
  return v128.load32_zero(at)
}

// @inline
export function store1(at: usize, x: v128): void {
  v128.store_lane<f32>(at, x, 0)
}

/** Four floats or, where a row ends, one in the first lane. */
// @inline
export function loadPart(at: usize, whole: bool): v128 {
  return whole ? v128.load(at) : load1(at)
}

// @inline
export function storePart(at: usize, x: v128, whole: bool): void {
  if (whole) v128.store(at, x)
  else store1(at, x)
}

/** x[0..n) = activation(x), in place. */
export function applyActivation(x: usize, n: i32, activation: i32): void {
  activateInto(x, x, n, activation)
}

/** y[0..n) = activation(x[0..n)). */
export function activateInto(x: usize, y: usize, n: i32, activation: i32): void {
  const whole = (<usize>(n & ~3)) << 2
  const all = (<usize>n) << 2
  let i: usize = 0
  for (; i < whole; i += 16) v128.store(y + i, activate4(v128.load(x + i), activation))
  for (; i < all; i += 4) store1(y + i, activate4(load1(x + i), activation))
}
