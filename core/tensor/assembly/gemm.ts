// Matrix product C = activation(A·B + bias) in 4×8 register tiles over packed panels.
//
// Strides are in bytes, so one code path serves every transposition. Each element of C is a sum over blocks of
// `BLOCK_K`, each block one chain in order of k: the value does not depend on how C is cut up among threads.

import { applyActivation, LINEAR, RELU } from './activation'
import { BLOCK_K, packB, packedBytes, packRows4 } from './packing'
import { scratch } from './scratch'
import { wide } from './threads'
import { multiplyPanels, TILE_BYTES } from './tile'

/** Rows of A packed at a time: 96 KiB, well inside the second-level cache. */
const BLOCK_M: i32 = 96
/** Columns of B packed at a time. */
const BLOCK_N: i32 = 512
/** With fewer rows than this, packing B costs more than it saves: wide tiles go over it half as often. */
const PACK_B_FROM_ROWS: i32 = 48
const PACK_B_FROM_ROWS_WIDE: i32 = 80

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
    const direct = bColumn === 4 && m < (wide() ? PACK_B_FROM_ROWS_WIDE : PACK_B_FROM_ROWS)
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
