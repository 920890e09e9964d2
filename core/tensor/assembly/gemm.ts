// Matrix product C = activation(A·B + bias) in 4×8 register tiles over packed panels.
//
// Strides are in bytes, so one code path serves every transposition. Each element of C is a sum over blocks of
// `BLOCK_K`, each block one chain in order of k: the value does not depend on how C is cut up among threads.

import { applyActivation, LINEAR, RELU } from './activation'
import { BLOCK_K, packB, packedBytes, packRows4 } from './packing'
import { scratch } from './scratch'
import { madd } from './simd'

/** Rows of A packed at a time: 96 KiB, well inside the second-level cache. */
const BLOCK_M: i32 = 96
/** Columns of B packed at a time. */
const BLOCK_N: i32 = 512
/** With fewer rows than this, packing B costs more than it saves. */
const PACK_B_FROM_ROWS: i32 = 48

const TILE_BYTES: usize = 4 * 8 * 4
const PACKED_A_BYTES: usize = BLOCK_M * BLOCK_K * 4
export const PACKED_B_BYTES: usize = BLOCK_N * BLOCK_K * 4
/** What a product needs of a thread's scratch memory; users of the rest start behind it. */
export const GEMM_SCRATCH_BYTES: usize = TILE_BYTES + PACKED_A_BYTES + PACKED_B_BYTES

// @inline
function packedA(): usize {
  return scratch + TILE_BYTES
}
// @inline
export function packedB(): usize {
  return scratch + TILE_BYTES + PACKED_A_BYTES
}

/** Packs rows × k of A into panels of four rows. */
function packA(a: usize, rows: i32, rowStride: usize, stepStride: usize, k: i32): void {
  let out = packedA()
  for (let i = 0; i < rows; i += 4) {
    packRows4(a + <usize>i * rowStride, min(4, rows - i), rowStride, stepStride, k, out)
    out += (<usize>k) << 4
  }
}

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
  // Unrolled further, V8 schedules the loads first and spills accumulators: 28 instead of 50 GFLOP/s.
  for (let left = k; left > 0; left--) {
    const b0 = v128.load(b, 0)
    const b1 = v128.load(b, 16)
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
    a += 16
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
  v128.store(c, c00, 0)
  v128.store(c, c01, 16)
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
  for (let j = 0; j < columns; j += 8) {
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

/**
 * C[m × n] = activation(A[m × k]·B[k × n] + bias[n]) for matrices given by their strides in bytes.
 * With `accumulate`, the product is added to what C holds. An empty k leaves bias and activation.
 */
export function gemm(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  bias: usize,
  activation: i32,
): void {
  if (k === 0) {
    emptyProduct(c, cRow, m, n, accumulate, bias)
  } else {
    const direct = bColumn === 4 && m < PACK_B_FROM_ROWS
    for (let n0 = 0; n0 < n; n0 += BLOCK_N) {
      const columns = min(BLOCK_N, n - n0)
      for (let k0 = 0; k0 < k; k0 += BLOCK_K) {
        const depth = min(BLOCK_K, k - k0)
        const last = k0 + depth === k
        const bHere = b + <usize>k0 * bStep + <usize>n0 * bColumn
        // Unpacked, a panel is read in place; the last one is packed when it is not whole.
        const inPlace = direct ? columns & ~7 : 0
        if (inPlace < columns) {
          packB(bHere + <usize>inPlace * bColumn, columns - inPlace, bStep, bColumn, depth, packedB())
        }
        for (let m0 = 0; m0 < m; m0 += BLOCK_M) {
          const rows = min(BLOCK_M, m - m0)
          packA(a + <usize>m0 * aRow + <usize>k0 * aStep, rows, aRow, aStep, depth)
          const cHere = c + <usize>m0 * cRow + ((<usize>n0) << 2)
          const biasHere = last && bias !== 0 ? bias + ((<usize>n0) << 2) : 0
          const overwrite = k0 === 0 && !accumulate
          const relu = last && activation === RELU
          if (inPlace > 0) {
            multiplyPanels(packedA(), rows, bHere, bStep, 32, inPlace, depth, cHere, cRow, overwrite, biasHere, relu)
          }
          if (inPlace < columns) {
            const skip = (<usize>inPlace) << 2
            multiplyPanels(
              packedA(),
              rows,
              packedB(),
              32,
              (<usize>depth) << 5,
              columns - inPlace,
              depth,
              cHere + skip,
              cRow,
              overwrite,
              biasHere !== 0 ? biasHere + skip : 0,
              relu,
            )
          }
        }
      }
    }
  }
  if (activation !== LINEAR && (activation !== RELU || k === 0)) {
    for (let i = 0; i < m; i++) applyActivation(c + <usize>i * cRow, n, activation)
  }
}

/** `gemm` with B from `packMatrix`. */
export function gemmPacked(
  a: usize,
  aRow: usize,
  aStep: usize,
  packed: usize,
  c: usize,
  cRow: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  bias: usize,
  relu: bool,
): void {
  for (let m0 = 0; m0 < m; m0 += BLOCK_M) {
    const rows = min(BLOCK_M, m - m0)
    for (let k0 = 0; k0 < k; k0 += BLOCK_K) {
      const depth = min(BLOCK_K, k - k0)
      const last = k0 + depth === k
      packA(a + <usize>m0 * aRow + <usize>k0 * aStep, rows, aRow, aStep, depth)
      multiplyPanels(
        packedA(),
        rows,
        packed + packedBytes(n, k0),
        32,
        (<usize>depth) << 5,
        n,
        depth,
        c + <usize>m0 * cRow,
        cRow,
        k0 === 0 && !accumulate,
        last ? bias : 0,
        last && relu,
      )
    }
  }
}

function emptyProduct(c: usize, cRow: usize, m: i32, n: i32, accumulate: bool, bias: usize): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const at = c + <usize>i * cRow + ((<usize>j) << 2)
      let value: f32 = accumulate ? load<f32>(at) : 0
      if (bias !== 0) value += load<f32>(bias + ((<usize>j) << 2))
      store<f32>(at, value)
    }
  }
}
