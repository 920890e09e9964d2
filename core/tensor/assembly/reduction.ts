// Sums over leading or trailing axes, elementwise activation, and repetition of blocks.

import { activateInto } from './activation'
import { ACTIVATION, COLUMN_SUM, ROW_SUM } from './dispatch'
import { sumLanes } from './simd'
import { argument, chunksFor, firstUnit, parallel, setArgument } from './threads'

/** Elements of a row summed on their own before they join a total, so that rounding errors do not grow with the count. */
const BLOCK: i32 = 512
/** Rows whose columns are summed on their own. */
const ROWS: i32 = 64
/** Columns that a thread takes at a time: a cache line of each row. */
const COLUMNS: i32 = 16
/** Elements that a thread activates at a time. */
const ELEMENTS: i32 = 4096

/** out[rows] = scale · sum of each row of x. */
export function rowSum(x: usize, out: usize, rows: i32, columns: i32, scale: f32): void {
  setArgument<usize>(0, x)
  setArgument<usize>(1, out)
  setArgument<i32>(2, rows)
  setArgument<i32>(3, columns)
  setArgument<f32>(4, scale)
  parallel(ROW_SUM, chunksFor(rows, <f64>columns))
}

export function rowSumChunk(chunk: i32, chunks: i32): void {
  const rows = argument<i32>(2)
  const columns = argument<i32>(3)
  const end = firstUnit(chunk + 1, chunks, rows)
  for (let row = firstUnit(chunk, chunks, rows); row < end; row++) {
    const x = argument<usize>(0) + ((<usize>row * columns) << 2)
    let total: f64 = 0
    for (let c0 = 0; c0 < columns; c0 += BLOCK) {
      const c1 = min(columns, c0 + BLOCK)
      let sums = f32x4.splat(0)
      let c = c0
      for (; c + 4 <= c1; c += 4) sums = f32x4.add(sums, v128.load(x + ((<usize>c) << 2)))
      let sum = sumLanes(sums)
      for (; c < c1; c++) sum += load<f32>(x + ((<usize>c) << 2))
      total += <f64>sum
    }
    store<f32>(argument<usize>(1) + ((<usize>row) << 2), <f32>total * argument<f32>(4))
  }
}

/** out[columns] = scale · sum of each column of x. */
export function columnSum(x: usize, out: usize, rows: i32, columns: i32, scale: f32): void {
  setArgument<usize>(0, x)
  setArgument<usize>(1, out)
  setArgument<i32>(2, rows)
  setArgument<i32>(3, columns)
  setArgument<f32>(4, scale)
  parallel(COLUMN_SUM, chunksFor((columns + COLUMNS - 1) / COLUMNS, <f64>rows * COLUMNS))
}

export function columnSumChunk(chunk: i32, chunks: i32): void {
  const rows = argument<i32>(2)
  const columns = argument<i32>(3)
  const stride = (<usize>columns) << 2
  const scale = f32x4.splat(argument<f32>(4))
  const units = (columns + COLUMNS - 1) / COLUMNS
  const last = (<usize>min(columns, firstUnit(chunk + 1, chunks, units) * COLUMNS)) << 2
  let j = (<usize>(firstUnit(chunk, chunks, units) * COLUMNS)) << 2
  while (j < last) {
    const vector = j + 16 <= last
    const x = argument<usize>(0) + j
    // Compensated (Kahan): the total may be far greater than a block.
    let total = f32x4.splat(0)
    let lost = total
    for (let r0 = 0; r0 < rows; r0 += ROWS) {
      const r1 = min(rows, r0 + ROWS)
      let sum = f32x4.splat(0)
      for (let row = r0; row < r1; row++) {
        const at = x + <usize>row * stride
        sum = f32x4.add(sum, vector ? v128.load(at) : v128.load32_zero(at))
      }
      const corrected = f32x4.sub(sum, lost)
      const next = f32x4.add(total, corrected)
      lost = f32x4.sub(f32x4.sub(next, total), corrected)
      total = next
    }
    const at = argument<usize>(1) + j
    if (vector) v128.store(at, f32x4.mul(total, scale))
    else v128.store_lane<f32>(at, f32x4.mul(total, scale), 0)
    j += vector ? 16 : 4
  }
}

/** y[0..n) = activation(x[0..n)). */
export function activate(x: usize, y: usize, n: i32, activation: i32): void {
  setArgument<usize>(0, x)
  setArgument<usize>(1, y)
  setArgument<i32>(2, n)
  setArgument<i32>(3, activation)
  parallel(ACTIVATION, chunksFor((n + ELEMENTS - 1) / ELEMENTS, <f64>ELEMENTS * 4))
}

export function activateChunk(chunk: i32, chunks: i32): void {
  const n = argument<i32>(2)
  const units = (n + ELEMENTS - 1) / ELEMENTS
  const first = min(n, firstUnit(chunk, chunks, units) * ELEMENTS)
  const last = min(n, firstUnit(chunk + 1, chunks, units) * ELEMENTS)
  const skip = (<usize>first) << 2
  activateInto(argument<usize>(0) + skip, argument<usize>(1) + skip, last - first, argument<i32>(3))
}

/** y[outer × repeats × bytes] = each block of x[outer × bytes], `repeats` times. */
export function repeatBlocks(x: usize, y: usize, outer: i32, repeats: i32, bytes: i32): void {
  for (let i = 0; i < outer; i++) {
    for (let r = 0; r < repeats; r++) {
      memory.copy(y, x, bytes)
      y += bytes
    }
    x += bytes
  }
}

/** Copies `count` blocks of so many bytes, which lie `xApart` and `yApart` bytes apart. */
export function copyBlocks(x: usize, xApart: usize, y: usize, yApart: usize, count: i32, bytes: usize): void {
  for (let i = 0; i < count; i++) {
    memory.copy(y, x, bytes)
    x += xApart
    y += yApart
  }
}
