// Gradient through bias and activation in one pass: dz = dy · activation'(y), and the bias gradient, which is its column sums.

import { load1, loadPart, RELU, slope4, store1, storePart } from './activation'
import { ACTIVATION_GRADIENT } from './dispatch'
import { addFloats } from './patches'
import { argument, chunksFor, firstUnit, parallel, setArgument } from './threads'

/** Columns that a thread takes at a time. */
const COLUMNS: i32 = 64
/** Rows summed on their own before they join the total, which keeps rounding errors from growing with the count. */
const ROWS: i32 = 128

/**
 * For each item of the batch, rows × columns. `y` is not read when linear; `dz` and `dBias` may be 0. Rows are cut into
 * `parts` whose sums are added in order, so that the result does not depend on the number of threads; `partial` holds
 * parts − 1 further gradients of the bias.
 */
export function activationGradient(
  y: usize,
  dy: usize,
  dz: usize,
  dBias: usize,
  partial: usize,
  parts: i32,
  batch: i32,
  rows: i32,
  columns: i32,
  activation: i32,
): void {
  setArgument<usize>(0, y)
  setArgument<usize>(1, dy)
  setArgument<usize>(2, dz)
  setArgument<usize>(3, dBias)
  setArgument<i32>(4, batch)
  setArgument<i32>(5, rows)
  setArgument<i32>(6, columns)
  setArgument<i32>(7, activation)
  setArgument<usize>(8, partial)
  setArgument<i32>(9, parts)
  const blocks = batch * ((columns + COLUMNS - 1) / COLUMNS)
  parallel(ACTIVATION_GRADIENT, chunksFor(blocks * parts, (<f64>rows / parts) * min(columns, COLUMNS)))
  if (dBias === 0) return
  const size = batch * columns
  for (let part = 1; part < parts; part++) addFloats(dBias, partial + ((<usize>(part - 1) * size) << 2), size)
}

export function activationGradientChunk(chunk: i32, chunks: i32): void {
  const y = argument<usize>(0)
  const dy = argument<usize>(1)
  const dz = argument<usize>(2)
  const dBias = argument<usize>(3)
  const batch = argument<i32>(4)
  const rows = argument<i32>(5)
  const columns = argument<i32>(6)
  const activation = argument<i32>(7)
  const partial = argument<usize>(8)
  const parts = argument<i32>(9)
  const blocks = (columns + COLUMNS - 1) / COLUMNS
  const units = batch * blocks * parts
  const end = firstUnit(chunk + 1, chunks, units)
  for (let unit = firstUnit(chunk, chunks, units); unit < end; unit++) {
    const part = unit / (batch * blocks)
    const item = (unit / blocks) % batch
    const column = (unit % blocks) * COLUMNS
    const first = firstUnit(part, parts, rows)
    const last = firstUnit(part + 1, parts, rows)
    const skip = (<usize>((item * rows + first) * columns + column)) << 2
    let sums: usize = 0
    if (dBias !== 0) {
      sums = part === 0 ? dBias : partial + ((<usize>((part - 1) * batch * columns)) << 2)
      sums += (<usize>(item * columns + column)) << 2
    }
    const width = min(COLUMNS, columns - column)
    block(y + skip, dy + skip, dz !== 0 ? dz + skip : 0, sums, last - first, width, (<usize>columns) << 2, activation)
  }
}

/** Columns are gone down sixteen, four or one at a time: their sums stay in registers. */
function block(y: usize, dy: usize, dz: usize, sums: usize, rows: i32, width: i32, stride: usize, activation: i32): void {
  const all = (<usize>width) << 2
  if (sums !== 0) memory.fill(sums, 0, all)
  for (let r = 0; r < rows; r += ROWS) {
    const here = min(ROWS, rows - r)
    const at = <usize>r * stride
    let j: usize = 0
    for (; j + 64 <= all; j += 64) {
      sixteen(y + at + j, dy + at + j, dz !== 0 ? dz + at + j : 0, sums !== 0 ? sums + j : 0, here, stride, activation)
    }
    while (j < all) {
      const whole = j + 16 <= all
      four(y + at + j, dy + at + j, dz !== 0 ? dz + at + j : 0, sums !== 0 ? sums + j : 0, here, stride, activation, whole)
      j += whole ? 16 : 4
    }
  }
}

// @inline
function gradient4(y: v128, dy: v128, activation: i32): v128 {
  if (activation === RELU) return v128.and(dy, f32x4.gt(y, f32x4.splat(0)))
  return f32x4.mul(dy, slope4(y, activation))
}

function sixteen(y: usize, dy: usize, dz: usize, sums: usize, rows: i32, stride: usize, activation: i32): void {
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0
  for (let r = 0; r < rows; r++) {
    let g0 = v128.load(dy, 0),
      g1 = v128.load(dy, 16),
      g2 = v128.load(dy, 32),
      g3 = v128.load(dy, 48)
    if (activation !== 0) {
      g0 = gradient4(v128.load(y, 0), g0, activation)
      g1 = gradient4(v128.load(y, 16), g1, activation)
      g2 = gradient4(v128.load(y, 32), g2, activation)
      g3 = gradient4(v128.load(y, 48), g3, activation)
      y += stride
    }
    if (dz !== 0) {
      v128.store(dz, g0, 0)
      v128.store(dz, g1, 16)
      v128.store(dz, g2, 32)
      v128.store(dz, g3, 48)
      dz += stride
    }
    s0 = f32x4.add(s0, g0)
    s1 = f32x4.add(s1, g1)
    s2 = f32x4.add(s2, g2)
    s3 = f32x4.add(s3, g3)
    dy += stride
  }
  if (sums === 0) return
  v128.store(sums, f32x4.add(v128.load(sums, 0), s0), 0)
  v128.store(sums, f32x4.add(v128.load(sums, 16), s1), 16)
  v128.store(sums, f32x4.add(v128.load(sums, 32), s2), 32)
  v128.store(sums, f32x4.add(v128.load(sums, 48), s3), 48)
}

/** Four columns, or one where they are not whole. */
function four(y: usize, dy: usize, dz: usize, sums: usize, rows: i32, stride: usize, activation: i32, whole: bool): void {
  let sum = f32x4.splat(0)
  for (let r = 0; r < rows; r++) {
    let g = loadPart(dy, whole)
    if (activation !== 0) {
      g = gradient4(loadPart(y, whole), g, activation)
      y += stride
    }
    if (dz !== 0) {
      storePart(dz, g, whole)
      dz += stride
    }
    sum = f32x4.add(sum, g)
    dy += stride
  }
  if (sums === 0) return
  if (whole) v128.store(sums, f32x4.add(v128.load(sums), sum))
  else store1(sums, f32x4.add(load1(sums), sum))
}
