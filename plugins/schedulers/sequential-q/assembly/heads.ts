// The dueling heads of the slot network, and what both directions share with the layer before them.

import { at } from './memory'

function dot(x: usize, y: usize, width: i32): f32 {
  let total = f32x4.splat(0)
  for (let i = 0; i < width; i += 4) total = f32x4.add(total, f32x4.mul(v128.load(at(x, i)), v128.load(at(y, i))))
  return (
    f32x4.extract_lane(total, 0) + f32x4.extract_lane(total, 1) + (f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3))
  )
}

/** values[row] = V(mean of rows) + A(row) − mean of A over the rows of the group. */
export function duel(
  hidden: usize,
  rows: i32,
  width: i32,
  advantage: usize,
  value: usize,
  valueBias: usize,
  mean: usize,
  out: usize,
): void {
  let total: f32 = 0
  for (let row = 0; row < rows; row++) {
    const a = dot(at(hidden, row * width), advantage, width)
    f32.store(at(out, row), a)
    total += a
  }
  const shift = dot(mean, value, width) + f32.load(valueBias) - total / <f32>rows
  for (let row = 0; row < rows; row++) f32.store(at(out, row), f32.load(at(out, row)) + shift)
}

/**
 * Backwards through `duel`, one group: from the gradient of its values to that of the second layer before it was
 * rectified, written to `d`; adds to the gradients of the heads.
 */
export function duelBack(
  gradient: usize,
  hidden: usize,
  rows: i32,
  width: i32,
  advantage: usize,
  value: usize,
  mean: usize,
  d: usize,
  advantageGradient: usize,
  valueGradient: usize,
  valueBiasGradient: usize,
): void {
  let total: f32 = 0
  for (let row = 0; row < rows; row++) total += f32.load(at(gradient, row))
  f32.store(valueBiasGradient, f32.load(valueBiasGradient) + total)
  const share = total / <f32>rows
  for (let i = 0; i < width; i += 4) {
    const a = v128.load(at(advantage, i))
    const fromValue = f32x4.mul(f32x4.splat(share), v128.load(at(value, i)))
    let sum = v128.load(at(advantageGradient, i))
    for (let row = 0; row < rows; row++) {
      const own = f32x4.splat(f32.load(at(gradient, row)) - share)
      const h = v128.load(at(hidden, row * width + i))
      sum = f32x4.add(sum, f32x4.mul(own, h))
      const back = f32x4.add(f32x4.mul(own, a), fromValue)
      v128.store(at(d, row * width + i), v128.and(back, f32x4.gt(h, f32x4.splat(0))))
    }
    v128.store(at(advantageGradient, i), sum)
    const target = at(valueGradient, i)
    v128.store(target, f32x4.add(v128.load(target), f32x4.mul(f32x4.splat(total), v128.load(at(mean, i)))))
  }
}

/** d = (d + scale · shared) where `hidden` is positive, else 0; one group. */
export function rectifyBack(d: usize, shared: usize, scale: f32, hidden: usize, rows: i32, width: i32): void {
  const factor = f32x4.splat(scale)
  for (let i = 0; i < width; i += 4) {
    const add = f32x4.mul(factor, v128.load(at(shared, i)))
    for (let row = 0; row < rows; row++) {
      const target = at(d, row * width + i)
      const active = f32x4.gt(v128.load(at(hidden, row * width + i)), f32x4.splat(0))
      v128.store(target, v128.and(f32x4.add(v128.load(target), add), active))
    }
  }
}
