// Gradient through bias and activation in one pass: dz = dy · activation'(y), and the bias gradient, which is its column sums.

import { load1, slope4, store1 } from './activation'
import { ACTIVATION_GRADIENT } from './dispatch'
import { scratch } from './scratch'
import { argument, chunksFor, firstUnit, parallel, setArgument } from './threads'

/** Columns that a thread takes at a time. */
const COLUMNS: i32 = 64
/** Rows summed on their own before they join the total, which keeps rounding errors from growing with the count. */
const ROWS: i32 = 128

/** For each item of the batch, rows × columns. `y` is not read when linear; `dz` and `dBias` may be 0. */
export function activationGradient(
  y: usize, dy: usize, dz: usize, dBias: usize, batch: i32, rows: i32, columns: i32, activation: i32,
): void {
  setArgument<usize>(0, y)
  setArgument<usize>(1, dy)
  setArgument<usize>(2, dz)
  setArgument<usize>(3, dBias)
  setArgument<i32>(4, batch)
  setArgument<i32>(5, rows)
  setArgument<i32>(6, columns)
  setArgument<i32>(7, activation)
  const units = batch * ((columns + COLUMNS - 1) / COLUMNS)
  parallel(ACTIVATION_GRADIENT, chunksFor(units, <f64>rows * min(columns, COLUMNS)))
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
  const blocks = (columns + COLUMNS - 1) / COLUMNS
  const units = batch * blocks
  const end = firstUnit(chunk + 1, chunks, units)
  for (let unit = firstUnit(chunk, chunks, units); unit < end; unit++) {
    const item = <usize>(unit / blocks)
    const first = (unit % blocks) * COLUMNS
    const width = min(COLUMNS, columns - first)
    const skip = (item * rows * columns + first) << 2
    const sums = dBias != 0 ? dBias + ((item * columns + first) << 2) : 0
    block(y + skip, dy + skip, dz != 0 ? dz + skip : 0, sums, rows, width, <usize>columns << 2, activation)
  }
}

function block(
  y: usize, dy: usize, dz: usize, sums: usize, rows: i32, width: i32, stride: usize, activation: i32,
): void {
  const whole = <usize>(width & ~3) << 2
  const all = <usize>width << 2
  const partial = scratch
  if (sums != 0) memory.fill(sums, 0, all)
  for (let r0 = 0; r0 < rows; r0 += ROWS) {
    const r1 = min(rows, r0 + ROWS)
    memory.fill(partial, 0, all + 16)
    for (let r = r0; r < r1; r++) {
      const at = <usize>r * stride
      let j: usize = 0
      for (; j < whole; j += 16) {
        let g = v128.load(dy + at + j)
        if (activation != 0) g = f32x4.mul(g, slope4(v128.load(y + at + j), activation))
        if (dz != 0) v128.store(dz + at + j, g)
        v128.store(partial + j, f32x4.add(v128.load(partial + j), g))
      }
      for (; j < all; j += 4) {
        let g = load1(dy + at + j)
        if (activation != 0) g = f32x4.mul(g, slope4(load1(y + at + j), activation))
        if (dz != 0) store1(dz + at + j, g)
        store1(partial + j, f32x4.add(load1(partial + j), g))
      }
    }
    if (sums != 0) {
      for (let j: usize = 0; j < all; j += 4) store<f32>(sums + j, load<f32>(sums + j) + load<f32>(partial + j))
    }
  }
}
