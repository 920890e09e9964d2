// The register tile of vectors of 256 bits: four rows × sixteen columns, or two panels of a packed operand side by side. V8
// joins two vectors of 128 bits into one where its revectorizer is on and each pair is loaded, computed and stored alike; else
// sixteen accumulators are more than the processor has registers for, and the tiles of eight columns are the faster ones.

import { madd } from './simd'

/** As `tile`, for two panels of B that lie `bPanel` apart. */
export function wideTile(
  a: usize,
  b: usize,
  bStep: usize,
  bPanel: usize,
  k: i32,
  c: usize,
  cStride: usize,
  overwrite: bool,
  bias: usize,
  relu: bool,
): void {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c02 = c00,
    c03 = c00,
    c10 = c00,
    c11 = c00,
    c12 = c00,
    c13 = c00,
    c20 = c00,
    c21 = c00,
    c22 = c00,
    c23 = c00,
    c30 = c00,
    c31 = c00,
    c32 = c00,
    c33 = c00
  const end = a + ((<usize>k) << 4)
  let d = b + bPanel
  while (true) {
    const b0 = v128.load(b, 0)
    const b1 = v128.load(b, 16)
    const b2 = v128.load(d, 0)
    const b3 = v128.load(d, 16)
    let x = v128.load32_splat(a, 0)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    c02 = madd(x, b2, c02)
    c03 = madd(x, b3, c03)
    x = v128.load32_splat(a, 4)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    c12 = madd(x, b2, c12)
    c13 = madd(x, b3, c13)
    x = v128.load32_splat(a, 8)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    c22 = madd(x, b2, c22)
    c23 = madd(x, b3, c23)
    x = v128.load32_splat(a, 12)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    c32 = madd(x, b2, c32)
    c33 = madd(x, b3, c33)
    b += bStep
    d += bStep
    a += 16
    if (a === end) break
  }
  storeWideTile(c, cStride, overwrite, bias, relu, c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33)
}

/** Writes a tile's four rows of sixteen, or adds them to what is there, with bias and ReLU. */
// @inline
export function storeWideTile(
  r0: usize,
  rowBytes: usize,
  overwrite: bool,
  bias: usize,
  relu: bool,
  c00: v128,
  c01: v128,
  c02: v128,
  c03: v128,
  c10: v128,
  c11: v128,
  c12: v128,
  c13: v128,
  c20: v128,
  c21: v128,
  c22: v128,
  c23: v128,
  c30: v128,
  c31: v128,
  c32: v128,
  c33: v128,
): void {
  const r1 = r0 + rowBytes
  const r2 = r1 + rowBytes
  const r3 = r2 + rowBytes
  if (!overwrite) {
    c00 = f32x4.add(c00, v128.load(r0, 0))
    c01 = f32x4.add(c01, v128.load(r0, 16))
    c02 = f32x4.add(c02, v128.load(r0, 32))
    c03 = f32x4.add(c03, v128.load(r0, 48))
    c10 = f32x4.add(c10, v128.load(r1, 0))
    c11 = f32x4.add(c11, v128.load(r1, 16))
    c12 = f32x4.add(c12, v128.load(r1, 32))
    c13 = f32x4.add(c13, v128.load(r1, 48))
    c20 = f32x4.add(c20, v128.load(r2, 0))
    c21 = f32x4.add(c21, v128.load(r2, 16))
    c22 = f32x4.add(c22, v128.load(r2, 32))
    c23 = f32x4.add(c23, v128.load(r2, 48))
    c30 = f32x4.add(c30, v128.load(r3, 0))
    c31 = f32x4.add(c31, v128.load(r3, 16))
    c32 = f32x4.add(c32, v128.load(r3, 32))
    c33 = f32x4.add(c33, v128.load(r3, 48))
  }
  if (bias !== 0) {
    const v0 = v128.load(bias, 0)
    const v1 = v128.load(bias, 16)
    const v2 = v128.load(bias, 32)
    const v3 = v128.load(bias, 48)
    c00 = f32x4.add(c00, v0)
    c01 = f32x4.add(c01, v1)
    c02 = f32x4.add(c02, v2)
    c03 = f32x4.add(c03, v3)
    c10 = f32x4.add(c10, v0)
    c11 = f32x4.add(c11, v1)
    c12 = f32x4.add(c12, v2)
    c13 = f32x4.add(c13, v3)
    c20 = f32x4.add(c20, v0)
    c21 = f32x4.add(c21, v1)
    c22 = f32x4.add(c22, v2)
    c23 = f32x4.add(c23, v3)
    c30 = f32x4.add(c30, v0)
    c31 = f32x4.add(c31, v1)
    c32 = f32x4.add(c32, v2)
    c33 = f32x4.add(c33, v3)
  }
  if (relu) {
    const zero = f32x4.splat(0)
    c00 = f32x4.pmax(c00, zero)
    c01 = f32x4.pmax(c01, zero)
    c02 = f32x4.pmax(c02, zero)
    c03 = f32x4.pmax(c03, zero)
    c10 = f32x4.pmax(c10, zero)
    c11 = f32x4.pmax(c11, zero)
    c12 = f32x4.pmax(c12, zero)
    c13 = f32x4.pmax(c13, zero)
    c20 = f32x4.pmax(c20, zero)
    c21 = f32x4.pmax(c21, zero)
    c22 = f32x4.pmax(c22, zero)
    c23 = f32x4.pmax(c23, zero)
    c30 = f32x4.pmax(c30, zero)
    c31 = f32x4.pmax(c31, zero)
    c32 = f32x4.pmax(c32, zero)
    c33 = f32x4.pmax(c33, zero)
  }
  v128.store(r0, c00, 0)
  v128.store(r0, c01, 16)
  v128.store(r0, c02, 32)
  v128.store(r0, c03, 48)
  v128.store(r1, c10, 0)
  v128.store(r1, c11, 16)
  v128.store(r1, c12, 32)
  v128.store(r1, c13, 48)
  v128.store(r2, c20, 0)
  v128.store(r2, c21, 16)
  v128.store(r2, c22, 32)
  v128.store(r2, c23, 48)
  v128.store(r3, c30, 0)
  v128.store(r3, c31, 16)
  v128.store(r3, c32, 32)
  v128.store(r3, c33, 48)
}
