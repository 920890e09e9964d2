// A few rows times a matrix: bound by reading the matrix, so it is streamed once, eight of its rows at a time.

import { applyActivation, LINEAR } from './activation'
import { madd } from './simd'

/** Up to three rows of A times B, whose rows are contiguous; strides in bytes, as in `gemm`. */
export function rowsTimesMatrix(
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize,
  m: i32, n: i32, k: i32, accumulate: bool, bias: usize, activation: i32,
): void {
  for (let i = 0; i < m; i++) {
    const y = c + <usize>i * cRow
    if (!accumulate) {
      if (bias != 0) memory.copy(y, bias, <usize>n << 2)
      else memory.fill(y, 0, <usize>n << 2)
    } else if (bias != 0) {
      for (let j: usize = 0; j < <usize>n << 2; j += 4) store<f32>(y + j, load<f32>(y + j) + load<f32>(bias + j))
    }
    rowTimesMatrix(a + <usize>i * aRow, aStep, b, bStep, y, n, k)
    if (activation != LINEAR) applyActivation(y, n, activation)
  }
}

/** y[0..n) += Σ x[i]·B[i][0..n). */
function rowTimesMatrix(x: usize, xStep: usize, b: usize, bStep: usize, y: usize, n: i32, k: i32): void {
  const whole = <usize>(n & ~3) << 2
  const all = <usize>n << 2
  let i = 0
  for (; i + 8 <= k; i += 8) {
    const x0 = v128.load32_splat(x)
    const x1 = v128.load32_splat(x + xStep)
    const x2 = v128.load32_splat(x + 2 * xStep)
    const x3 = v128.load32_splat(x + 3 * xStep)
    const x4 = v128.load32_splat(x + 4 * xStep)
    const x5 = v128.load32_splat(x + 5 * xStep)
    const x6 = v128.load32_splat(x + 6 * xStep)
    const x7 = v128.load32_splat(x + 7 * xStep)
    const b1 = b + bStep, b2 = b1 + bStep, b3 = b2 + bStep, b4 = b3 + bStep, b5 = b4 + bStep, b6 = b5 + bStep
    const b7 = b6 + bStep
    let j: usize = 0
    for (; j < whole; j += 16) {
      let s = madd(x0, v128.load(b + j), v128.load(y + j))
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
      let s = madd(x0, v128.load32_zero(b + j), v128.load32_zero(y + j))
      let t = f32x4.mul(x1, v128.load32_zero(b1 + j))
      s = madd(x2, v128.load32_zero(b2 + j), s)
      t = madd(x3, v128.load32_zero(b3 + j), t)
      s = madd(x4, v128.load32_zero(b4 + j), s)
      t = madd(x5, v128.load32_zero(b5 + j), t)
      s = madd(x6, v128.load32_zero(b6 + j), s)
      t = madd(x7, v128.load32_zero(b7 + j), t)
      v128.store_lane<f32>(y + j, f32x4.add(s, t), 0)
    }
    x += 8 * xStep
    b = b7 + bStep
  }
  for (; i < k; i++) {
    const x0 = v128.load32_splat(x)
    let j: usize = 0
    for (; j < whole; j += 16) v128.store(y + j, madd(x0, v128.load(b + j), v128.load(y + j)))
    for (; j < all; j += 4) {
      v128.store_lane<f32>(y + j, madd(x0, v128.load32_zero(b + j), v128.load32_zero(y + j)), 0)
    }
    x += xStep
    b += bStep
  }
}
