// Batch normalisation: each column of a matrix to mean 0 and variance 1, and its gradient.

import { loadPart, storePart } from './activation'
import { COLUMN_NORMALISATION, COLUMN_NORMALISATION_GRADIENT } from './dispatch'
import { COLUMNS, columnUnits, firstColumn, ROWS, setCommon, setGradients, start } from './normalisation'
import { madd } from './simd'
import { argument, setArgument } from './threads'

/** Normalises each column of x over all rows; keeps mean, variance (of the batch, biased) and inverse deviation. */
export function columnNormalisation(
  x: usize,
  gain: usize,
  shift: usize,
  y: usize,
  mean: usize,
  variance: usize,
  inverse: usize,
  rows: i32,
  columns: i32,
  epsilon: f32,
): void {
  setCommon(x, gain, mean, inverse, rows, columns)
  setArgument<usize>(6, shift)
  setArgument<usize>(7, y)
  setArgument<f32>(8, epsilon)
  setArgument<usize>(9, variance)
  start(COLUMN_NORMALISATION, columnUnits(columns), <f64>rows * COLUMNS * 6)
}

export function columnNormalisationChunk(chunk: i32, chunks: i32): void {
  const rows = argument<i32>(4)
  const columns = argument<i32>(5)
  const bytes = (<usize>columns) << 2
  const count = f32x4.splat(<f32>rows)
  const last = firstColumn(chunk + 1, chunks)
  let j = firstColumn(chunk, chunks)
  while (j < last) {
    const vector = j + 16 <= last
    const x = argument<usize>(0) + j
    const y = argument<usize>(7) + j
    let mean = f32x4.splat(0)
    for (let r0 = 0; r0 < rows; r0 += ROWS) {
      let part = f32x4.splat(0)
      const r1 = min(rows, r0 + ROWS)
      for (let row = r0; row < r1; row++) {
        const at = x + <usize>row * bytes
        part = f32x4.add(part, loadPart(at, vector))
      }
      mean = f32x4.add(mean, part)
    }
    mean = f32x4.div(mean, count)
    let variance = f32x4.splat(0)
    for (let r0 = 0; r0 < rows; r0 += ROWS) {
      let part = f32x4.splat(0)
      const r1 = min(rows, r0 + ROWS)
      for (let row = r0; row < r1; row++) {
        const at = x + <usize>row * bytes
        const d = f32x4.sub(loadPart(at, vector), mean)
        part = madd(d, d, part)
      }
      variance = f32x4.add(variance, part)
    }
    variance = f32x4.div(variance, count)
    const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(argument<f32>(8)))))
    const gain = f32x4.mul(inverse, loadPart(argument<usize>(1) + j, vector))
    const shift = loadPart(argument<usize>(6) + j, vector)
    for (let row = 0; row < rows; row++) {
      const at = <usize>row * bytes
      const value = loadPart(x + at, vector)
      const result = madd(f32x4.sub(value, mean), gain, shift)
      storePart(y + at, result, vector)
    }
    storePart(argument<usize>(2) + j, mean, vector)
    storePart(argument<usize>(9) + j, variance, vector)
    storePart(argument<usize>(3) + j, inverse, vector)
    j += vector ? 16 : 4
  }
}

/** Gradients of `columnNormalisation` with respect to x, gain and shift. */
export function columnNormalisationGradient(
  x: usize,
  gain: usize,
  dy: usize,
  mean: usize,
  inverse: usize,
  dx: usize,
  dGain: usize,
  dShift: usize,
  rows: i32,
  columns: i32,
): void {
  setCommon(x, gain, mean, inverse, rows, columns)
  setGradients(dy, dx, dGain, dShift)
  start(COLUMN_NORMALISATION_GRADIENT, columnUnits(columns), <f64>rows * COLUMNS * 8)
}

export function columnNormalisationGradientChunk(chunk: i32, chunks: i32): void {
  const rows = argument<i32>(4)
  const columns = argument<i32>(5)
  const bytes = (<usize>columns) << 2
  const share = f32x4.splat(<f32>1 / <f32>rows)
  const last = firstColumn(chunk + 1, chunks)
  let j = firstColumn(chunk, chunks)
  while (j < last) {
    const vector = j + 16 <= last
    const x = argument<usize>(0) + j
    const dy = argument<usize>(6) + j
    const dx = argument<usize>(7) + j
    const mean = loadPart(argument<usize>(2) + j, vector)
    const inverse = loadPart(argument<usize>(3) + j, vector)
    const gain = loadPart(argument<usize>(1) + j, vector)
    let gains = f32x4.splat(0)
    let shifts = gains
    for (let r0 = 0; r0 < rows; r0 += ROWS) {
      let partGains = f32x4.splat(0)
      let partShifts = partGains
      const r1 = min(rows, r0 + ROWS)
      for (let row = r0; row < r1; row++) {
        const at = <usize>row * bytes
        const slope = loadPart(dy + at, vector)
        const value = loadPart(x + at, vector)
        partShifts = f32x4.add(partShifts, slope)
        partGains = madd(slope, f32x4.mul(f32x4.sub(value, mean), inverse), partGains)
      }
      gains = f32x4.add(gains, partGains)
      shifts = f32x4.add(shifts, partShifts)
    }
    const scale = f32x4.mul(gain, inverse)
    const a = f32x4.mul(shifts, share)
    const b = f32x4.mul(gains, share)
    for (let row = 0; row < rows; row++) {
      const at = <usize>row * bytes
      const slope = loadPart(dy + at, vector)
      const value = loadPart(x + at, vector)
      const normal = f32x4.mul(f32x4.sub(value, mean), inverse)
      const result = f32x4.mul(scale, f32x4.sub(f32x4.sub(slope, a), f32x4.mul(normal, b)))
      storePart(dx + at, result, vector)
    }
    storePart(argument<usize>(8) + j, gains, vector)
    storePart(argument<usize>(9) + j, shifts, vector)
    j += vector ? 16 : 4
  }
}
