// A few rows times a matrix: bound by reading the matrix, so it is streamed once, eight of its rows at a time.

import { applyActivation, LINEAR } from './activation'
import { madd } from './simd'

/** Up to three rows of A times B, whose rows are contiguous; strides in bytes, as in `gemm`. */
export function rowsTimesMatrix(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  bias: usize,
  activation: i32,
): void {
  for (let i = 0; i < m; i++) {
    const y = c + <usize>i * cRow
    if (!accumulate) {
      if (bias !== 0) memory.copy(y, bias, (<usize>n) << 2)
      else memory.fill(y, 0, (<usize>n) << 2)
    } else if (bias !== 0) {
      for (let j: usize = 0; j < (<usize>n) << 2; j += 4) store<f32>(y + j, load<f32>(y + j) + load<f32>(bias + j))
    }
    rowTimesMatrix(a + <usize>i * aRow, aStep, b, bStep, y, n, k)
    if (activation !== LINEAR) applyActivation(y, n, activation)
  }
}

/**
 * y[0..n) += Σ x[i]·B[i][0..n), passing over the rows of B where x is 0: behind a rectifier half of them are, and need not be
 * read.
 */
function rowTimesMatrix(x: usize, xStep: usize, b: usize, bStep: usize, y: usize, n: i32, k: i32): void {
  const whole = (<usize>(n & ~3)) << 2
  const all = (<usize>n) << 2
  for (let i0 = nonzero(x, xStep, 0, k); i0 < k; ) {
    const i1 = nonzero(x, xStep, i0 + 1, k)
    const i2 = nonzero(x, xStep, i1 + 1, k)
    const i3 = nonzero(x, xStep, i2 + 1, k)
    const i4 = nonzero(x, xStep, i3 + 1, k)
    const i5 = nonzero(x, xStep, i4 + 1, k)
    const i6 = nonzero(x, xStep, i5 + 1, k)
    const i7 = nonzero(x, xStep, i6 + 1, k)
    // Where fewer than eight are left, the first stands in for the others, times 0.
    const x0 = v128.load32_splat(x + <usize>i0 * xStep)
    const x1 = factor(x, xStep, i1, k),
      x2 = factor(x, xStep, i2, k),
      x3 = factor(x, xStep, i3, k)
    const x4 = factor(x, xStep, i4, k),
      x5 = factor(x, xStep, i5, k),
      x6 = factor(x, xStep, i6, k)
    const x7 = factor(x, xStep, i7, k)
    const b0 = b + <usize>i0 * bStep
    const b1 = row(b, bStep, i1, k, b0),
      b2 = row(b, bStep, i2, k, b0),
      b3 = row(b, bStep, i3, k, b0)
    const b4 = row(b, bStep, i4, k, b0),
      b5 = row(b, bStep, i5, k, b0),
      b6 = row(b, bStep, i6, k, b0)
    const b7 = row(b, bStep, i7, k, b0)
    let j: usize = 0
    for (; j < whole; j += 16) {
      let s = madd(x0, v128.load(b0 + j), v128.load(y + j))
      let t = f32x4.mul(x1, v128.load(b1 + j))
      s = madd(x2, v128.load(b2 + j), s)
      t = madd(x3, v128.load(b3 + j), t)
      s = madd(x4, v128.load(b4 + j), s)
      t = madd(x5, v128.load(b5 + j), t)
      s = madd(x6, v128.load(b6 + j), s)
      t = madd(x7, v128.load(b7 + j), t)
      v128.store(y + j, f32x4.add(s, t))
    }
    for (; j < all; j += 4) {
      let s = madd(x0, v128.load32_zero(b0 + j), v128.load32_zero(y + j))
      let t = f32x4.mul(x1, v128.load32_zero(b1 + j))
      s = madd(x2, v128.load32_zero(b2 + j), s)
      t = madd(x3, v128.load32_zero(b3 + j), t)
      s = madd(x4, v128.load32_zero(b4 + j), s)
      t = madd(x5, v128.load32_zero(b5 + j), t)
      s = madd(x6, v128.load32_zero(b6 + j), s)
      t = madd(x7, v128.load32_zero(b7 + j), t)
      v128.store_lane<f32>(y + j, f32x4.add(s, t), 0)
    }
    i0 = nonzero(x, xStep, i7 + 1, k)
  }
}

/** The first from `from` on where x is not 0; k where there is none. */
// @inline
function nonzero(x: usize, xStep: usize, from: i32, k: i32): i32 {
  let i = from
  while (i < k && load<f32>(x + <usize>i * xStep) === 0) i++
  return min(i, k)
}

// @inline
function factor(x: usize, xStep: usize, i: i32, k: i32): v128 {
  return i < k ? v128.load32_splat(x + <usize>i * xStep) : f32x4.splat(0)
}

// @inline
function row(b: usize, bStep: usize, i: i32, k: i32, instead: usize): usize {
  return i < k ? b + <usize>i * bStep : instead
}
