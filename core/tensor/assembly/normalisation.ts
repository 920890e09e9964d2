// Normalisation to mean 0 and variance 1 over rows (`layer-normalisation`) or columns (`batch-normalisation`): what both share.
//
// With x̂ = (x − mean)·inverse, inverse = 1 / √(variance + ε): y = gain·x̂ + shift. The gradient over a group of n
// elements is dx = inverse·(g − mean g − x̂·mean(g·x̂)), where g = gain·dy.

import { argument, chunksFor, firstUnit, parallel, setArgument } from './threads'

/** Columns that a thread takes at a time: a cache line of each row. */
export const COLUMNS: i32 = 16
/** Rows summed on their own before they join a total. */
export const ROWS: i32 = 128

export function start(kernel: i32, units: i32, work: f64): void {
  parallel(kernel, chunksFor(units, work))
}

export function setCommon(x: usize, gain: usize, mean: usize, inverse: usize, rows: i32, columns: i32): void {
  setArgument<usize>(0, x)
  setArgument<usize>(1, gain)
  setArgument<usize>(2, mean)
  setArgument<usize>(3, inverse)
  setArgument<i32>(4, rows)
  setArgument<i32>(5, columns)
}

/** What a gradient is of, and where it goes. */
export function setGradients(dy: usize, dx: usize, dGain: usize, dShift: usize): void {
  setArgument<usize>(6, dy)
  setArgument<usize>(7, dx)
  setArgument<usize>(8, dGain)
  setArgument<usize>(9, dShift)
}

/** Chunks of columns that threads take. */
// @inline
export function columnUnits(columns: i32): i32 {
  return (columns + COLUMNS - 1) / COLUMNS
}

/** Bytes to the first column of a chunk, within a row. */
// @inline
export function firstColumn(chunk: i32, chunks: i32): usize {
  const columns = argument<i32>(5)
  return (<usize>min(columns, firstUnit(chunk, chunks, columnUnits(columns)) * COLUMNS)) << 2
}
