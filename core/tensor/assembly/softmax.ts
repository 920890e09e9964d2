// Softmax over the last axis, its gradient, and cross entropy with its gradient in the same pass.

import { load1, store1 } from './activation'
import { SOFTMAX, SOFTMAX_GRADIENT } from './dispatch'
import { exp4, logarithm, madd, maxLanes, sumLanes } from './simd'
import { argument, chunksFor, firstUnit, parallel, setArgument } from './threads'

// @inline
export function rowMaximum(x: usize, n: i32): f32 {
  const whole = (<usize>(n & ~3)) << 2
  const all = (<usize>n) << 2
  let i: usize = 0
  let greatest: f32 = load<f32>(x)
  if (whole > 0) {
    let m = v128.load(x)
    for (i = 16; i < whole; i += 16) m = f32x4.pmax(m, v128.load(x + i))
    greatest = maxLanes(m)
  }
  for (; i < all; i += 4) greatest = max<f32>(greatest, load<f32>(x + i))
  return greatest
}

/** y = e^(x − shift); the sum of y. */
// @inline
function exponentials(x: usize, y: usize, n: i32, shift: f32): f32 {
  const whole = (<usize>(n & ~3)) << 2
  const all = (<usize>n) << 2
  const offset = f32x4.splat(shift)
  let i: usize = 0
  let sums = f32x4.splat(0)
  for (; i < whole; i += 16) {
    const e = exp4(f32x4.sub(v128.load(x + i), offset))
    v128.store(y + i, e)
    sums = f32x4.add(sums, e)
  }
  let sum = sumLanes(sums)
  for (; i < all; i += 4) {
    const e = exp4(f32x4.sub(load1(x + i), offset))
    store1(y + i, e)
    sum += f32x4.extract_lane(e, 0)
  }
  return sum
}

// @inline
function scaleRow(x: usize, n: i32, factor: f32): void {
  const whole = (<usize>(n & ~3)) << 2
  const all = (<usize>n) << 2
  const f = f32x4.splat(factor)
  let i: usize = 0
  for (; i < whole; i += 16) v128.store(x + i, f32x4.mul(v128.load(x + i), f))
  for (; i < all; i += 4) store<f32>(x + i, load<f32>(x + i) * factor)
}

/** y[rows × columns] = softmax of each row of x. */
export function softmax(x: usize, y: usize, rows: i32, columns: i32): void {
  setArgument<usize>(0, x)
  setArgument<usize>(1, y)
  setArgument<i32>(2, rows)
  setArgument<i32>(3, columns)
  parallel(SOFTMAX, chunksFor(rows, <f64>columns * 16))
}

export function softmaxChunk(chunk: i32, chunks: i32): void {
  const x = argument<usize>(0)
  const y = argument<usize>(1)
  const rows = argument<i32>(2)
  const columns = argument<i32>(3)
  const end = firstUnit(chunk + 1, chunks, rows)
  for (let row = firstUnit(chunk, chunks, rows); row < end; row++) {
    const at = (<usize>row * columns) << 2
    const sum = exponentials(x + at, y + at, columns, rowMaximum(x + at, columns))
    scaleRow(y + at, columns, <f32>1 / sum)
  }
}

/** dx = y·(dy − Σ dy·y) for each row. */
export function softmaxGradient(y: usize, dy: usize, dx: usize, rows: i32, columns: i32): void {
  setArgument<usize>(0, y)
  setArgument<usize>(1, dy)
  setArgument<usize>(2, dx)
  setArgument<i32>(3, rows)
  setArgument<i32>(4, columns)
  parallel(SOFTMAX_GRADIENT, chunksFor(rows, <f64>columns * 4))
}

export function softmaxGradientChunk(chunk: i32, chunks: i32): void {
  const y = argument<usize>(0)
  const dy = argument<usize>(1)
  const dx = argument<usize>(2)
  const rows = argument<i32>(3)
  const columns = argument<i32>(4)
  const end = firstUnit(chunk + 1, chunks, rows)
  const whole = (<usize>(columns & ~3)) << 2
  const all = (<usize>columns) << 2
  for (let row = firstUnit(chunk, chunks, rows); row < end; row++) {
    const at = (<usize>row * columns) << 2
    let sums = f32x4.splat(0)
    let i: usize = 0
    for (; i < whole; i += 16) sums = madd(v128.load(y + at + i), v128.load(dy + at + i), sums)
    let sum = sumLanes(sums)
    for (; i < all; i += 4) sum += load<f32>(y + at + i) * load<f32>(dy + at + i)
    const total = f32x4.splat(sum)
    for (i = 0; i < whole; i += 16) {
      v128.store(dx + at + i, f32x4.mul(v128.load(y + at + i), f32x4.sub(v128.load(dy + at + i), total)))
    }
    for (; i < all; i += 4) store<f32>(dx + at + i, load<f32>(y + at + i) * (load<f32>(dy + at + i) - sum))
  }
}

/**
 * Mean over rows of −Σ label·ln softmax(logits), and its gradient with respect to the logits.
 * `classes` holds one class index a row, or is 0 and `labels` holds a distribution a row.
 */
export function softmaxCrossEntropy(
  logits: usize,
  classes: usize,
  labels: usize,
  loss: usize,
  gradient: usize,
  rows: i32,
  columns: i32,
): void {
  const share: f32 = <f32>1 / <f32>rows
  let total: f64 = 0
  for (let row = 0; row < rows; row++) {
    const at = (<usize>row * columns) << 2
    const x = logits + at
    const g = gradient + at
    const greatest = rowMaximum(x, columns)
    const sum = exponentials(x, g, columns, greatest)
    const logSum = <f64>greatest + <f64>logarithm(sum)
    if (classes !== 0) {
      const index = load<i32>(classes + ((<usize>row) << 2))
      scaleRow(g, columns, share / sum)
      if (<u32>index >= <u32>columns) {
        total = NaN
        continue
      }
      const chosen = (<usize>index) << 2
      total += logSum - <f64>load<f32>(x + chosen)
      store<f32>(g + chosen, load<f32>(g + chosen) - share)
    } else {
      const y = labels + at
      let mass: f32 = 0
      for (let i: usize = 0; i < (<usize>columns) << 2; i += 4) {
        const label = load<f32>(y + i)
        mass += label
        total += <f64>label * (logSum - <f64>load<f32>(x + i))
      }
      scaleRow(g, columns, (share * mass) / sum)
      for (let i: usize = 0; i < (<usize>columns) << 2; i += 4) {
        store<f32>(g + i, load<f32>(g + i) - share * load<f32>(y + i))
      }
    }
  }
  store<f32>(loss, <f32>(total / <f64>rows))
}
