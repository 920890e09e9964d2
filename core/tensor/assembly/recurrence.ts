// What recurrent layers share. Sequences are independent, so a thread takes some of them through all steps.

import { chunksFor, firstUnit } from './threads'

/** Sequences that go together: the rows of one register tile. */
const ROWS: i32 = 4

/** As many chunks as threads, each a whole number of tiles: a chunk of fewer rows wastes part of a tile. */
export function sequenceChunks(batch: i32, work: f64): i32 {
  return (chunksFor((batch + ROWS - 1) / ROWS, ROWS * work) + 1) >> 1
}

/** The first sequence of a chunk. */
// @inline
export function firstSequence(chunk: i32, chunks: i32, batch: i32): i32 {
  return min(batch, firstUnit(chunk, chunks, (batch + ROWS - 1) / ROWS) * ROWS)
}

/** to[0..bytes) += from[0..bytes), as floats. */
export function addRows(to: usize, from: usize, bytes: usize): void {
  let i: usize = 0
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)))
  for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(from + i))
}

/** y[inner × outer × row] = x[outer × inner × row]: batch-major to time-major and back. */
export function swapAxes(x: usize, y: usize, outer: i32, inner: i32, row: i32): void {
  const bytes = (<usize>row) << 2
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      memory.copy(y + (<usize>j * outer + i) * bytes, x + (<usize>i * inner + j) * bytes, bytes)
    }
  }
}
