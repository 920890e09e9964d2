// The 4×8 register tile of matrix products, and what is made of such tiles: the product of packed panels.

import { scratch } from './scratch'
import { madd } from './simd'
import { wide } from './threads'
import { wideTile } from './wide-tile'

/** Of a thread's scratch memory, for a tile at the edge. */
export const TILE_BYTES: usize = 4 * 8 * 4

/** One 4×8 tile of the product over k steps, added to C (or written, when `overwrite`), with bias and ReLU when last. */
function tile(
  a: usize,
  b: usize,
  bStep: usize,
  k: i32,
  c: usize,
  cStride: usize,
  overwrite: bool,
  bias: usize,
  relu: bool,
): void {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00
  // Two steps a turn with a way out between them: within one stretch of code V8 schedules all loads first, and with those of
  // two steps it runs out of registers (28 GFLOP/s); with a stack check at each step it issues more than the units take in.
  const end = a + ((<usize>k) << 4)
  while (true) {
    let b0 = v128.load(b, 0)
    let b1 = v128.load(b, 16)
    b += bStep
    let x = v128.load32_splat(a, 0)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    x = v128.load32_splat(a, 4)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    x = v128.load32_splat(a, 8)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    x = v128.load32_splat(a, 12)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    if (a + 16 === end) break
    b0 = v128.load(b, 0)
    b1 = v128.load(b, 16)
    b += bStep
    x = v128.load32_splat(a, 16)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    x = v128.load32_splat(a, 20)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    x = v128.load32_splat(a, 24)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    x = v128.load32_splat(a, 28)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    a += 32
    if (a === end) break
  }
  const r1 = c + cStride
  const r2 = r1 + cStride
  const r3 = r2 + cStride
  if (!overwrite) {
    c00 = f32x4.add(c00, v128.load(c, 0))
    c01 = f32x4.add(c01, v128.load(c, 16))
    c10 = f32x4.add(c10, v128.load(r1, 0))
    c11 = f32x4.add(c11, v128.load(r1, 16))
    c20 = f32x4.add(c20, v128.load(r2, 0))
    c21 = f32x4.add(c21, v128.load(r2, 16))
    c30 = f32x4.add(c30, v128.load(r3, 0))
    c31 = f32x4.add(c31, v128.load(r3, 16))
  }
  storeTile(c, r1, r2, r3, bias, relu, c00, c01, c10, c11, c20, c21, c30, c31)
}

/** Writes a tile's four rows, with bias and ReLU. */
// @inline
export function storeTile(
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  bias: usize,
  relu: bool,
  c00: v128,
  c01: v128,
  c10: v128,
  c11: v128,
  c20: v128,
  c21: v128,
  c30: v128,
  c31: v128,
): void {
  if (bias !== 0) {
    const v0 = v128.load(bias, 0)
    const v1 = v128.load(bias, 16)
    c00 = f32x4.add(c00, v0)
    c01 = f32x4.add(c01, v1)
    c10 = f32x4.add(c10, v0)
    c11 = f32x4.add(c11, v1)
    c20 = f32x4.add(c20, v0)
    c21 = f32x4.add(c21, v1)
    c30 = f32x4.add(c30, v0)
    c31 = f32x4.add(c31, v1)
  }
  if (relu) {
    const zero = f32x4.splat(0)
    c00 = f32x4.pmax(c00, zero)
    c01 = f32x4.pmax(c01, zero)
    c10 = f32x4.pmax(c10, zero)
    c11 = f32x4.pmax(c11, zero)
    c20 = f32x4.pmax(c20, zero)
    c21 = f32x4.pmax(c21, zero)
    c30 = f32x4.pmax(c30, zero)
    c31 = f32x4.pmax(c31, zero)
  }
  v128.store(r0, c00, 0)
  v128.store(r0, c01, 16)
  v128.store(r1, c10, 0)
  v128.store(r1, c11, 16)
  v128.store(r2, c20, 0)
  v128.store(r2, c21, 16)
  v128.store(r3, c30, 0)
  v128.store(r3, c31, 16)
}

/** A tile at the right or lower edge: computed whole beside C, then the part that exists is carried over. */
function edgeTile(
  a: usize,
  b: usize,
  bStep: usize,
  k: i32,
  rows: i32,
  columns: i32,
  c: usize,
  cStride: usize,
  overwrite: bool,
  bias: usize,
  relu: bool,
): void {
  const t = scratch
  tile(a, b, bStep, k, t, 32, true, 0, false)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = c + <usize>i * cStride + ((<usize>j) << 2)
      let value = load<f32>(t + ((<usize>(i * 8 + j)) << 2))
      if (!overwrite) value += load<f32>(at)
      if (bias !== 0) value += load<f32>(bias + ((<usize>j) << 2))
      if (relu) value = max<f32>(value, 0)
      store<f32>(at, value)
    }
  }
}

/** Product of packed panels of A (rows × k) with panels of B (`bStep` between steps, `bPanel` between panels). */
export function multiplyPanels(
  a: usize,
  rows: i32,
  b: usize,
  bStep: usize,
  bPanel: usize,
  columns: i32,
  k: i32,
  c: usize,
  cStride: usize,
  overwrite: bool,
  bias: usize,
  relu: bool,
): void {
  let j = 0
  if (wide()) {
    for (; j + 16 <= columns; j += 16) {
      const panel = b + <usize>(j >> 3) * bPanel
      const biasHere = bias !== 0 ? bias + ((<usize>j) << 2) : 0
      const at = c + ((<usize>j) << 2)
      let rowsOfA = a
      let i = 0
      for (; i + 4 <= rows; i += 4) {
        wideTile(rowsOfA, panel, bStep, bPanel, k, at + <usize>i * cStride, cStride, overwrite, biasHere, relu)
        rowsOfA += (<usize>k) << 4
      }
      if (i < rows) {
        const to = at + <usize>i * cStride
        edgeTile(rowsOfA, panel, bStep, k, rows - i, 8, to, cStride, overwrite, biasHere, relu)
        const second = biasHere !== 0 ? biasHere + 32 : 0
        edgeTile(rowsOfA, panel + bPanel, bStep, k, rows - i, 8, to + 32, cStride, overwrite, second, relu)
      }
    }
  }
  for (; j < columns; j += 8) {
    const panel = b + <usize>(j >> 3) * bPanel
    const width = min(8, columns - j)
    const biasHere = bias !== 0 ? bias + ((<usize>j) << 2) : 0
    let rowsOfA = a
    for (let i = 0; i < rows; i += 4) {
      const at = c + <usize>i * cStride + ((<usize>j) << 2)
      const height = min(4, rows - i)
      if (width === 8 && height === 4) tile(rowsOfA, panel, bStep, k, at, cStride, overwrite, biasHere, relu)
      else edgeTile(rowsOfA, panel, bStep, k, height, width, at, cStride, overwrite, biasHere, relu)
      rowsOfA += (<usize>k) << 4
    }
  }
}
