// Layer normalisation: each row of a matrix to mean 0 and variance 1, and its gradient.

import { loadPart, storePart } from './activation'
import { ROW_NORMALISATION, ROW_NORMALISATION_GRADIENT, ROW_NORMALISATION_SUMS } from './dispatch'
import { COLUMNS, columnUnits, firstColumn, ROWS, setCommon, setGradients, start } from './normalisation'
import { madd, sumLanes } from './simd'
import { argument, firstUnit, setArgument } from './threads'

/** Normalises each row of x; keeps its mean and inverse deviation. */
export function rowNormalisation(
  x: usize,
  gain: usize,
  shift: usize,
  y: usize,
  mean: usize,
  inverse: usize,
  rows: i32,
  columns: i32,
  epsilon: f32,
): void {
  setCommon(x, gain, mean, inverse, rows, columns)
  setArgument<usize>(6, shift)
  setArgument<usize>(7, y)
  setArgument<f32>(8, epsilon)
  start(ROW_NORMALISATION, rows, <f64>columns * 6)
}

export function rowNormalisationChunk(chunk: i32, chunks: i32): void {
  const x = argument<usize>(0)
  const gain = argument<usize>(1)
  const shift = argument<usize>(6)
  const y = argument<usize>(7)
  const rows = argument<i32>(4)
  const columns = argument<i32>(5)
  const bytes = (<usize>columns) << 2
  const whole = (<usize>(columns & ~3)) << 2
  const end = firstUnit(chunk + 1, chunks, rows)
  for (let row = firstUnit(chunk, chunks, rows); row < end; row++) {
    const from = x + <usize>row * bytes
    const to = y + <usize>row * bytes
    let sums = f32x4.splat(0)
    let j: usize = 0
    for (; j < whole; j += 16) sums = f32x4.add(sums, v128.load(from + j))
    let sum = sumLanes(sums)
    for (; j < bytes; j += 4) sum += load<f32>(from + j)
    const mean: f32 = sum / <f32>columns
    const means = f32x4.splat(mean)
    sums = f32x4.splat(0)
    for (j = 0; j < whole; j += 16) {
      const d = f32x4.sub(v128.load(from + j), means)
      sums = madd(d, d, sums)
    }
    let squares = sumLanes(sums)
    for (; j < bytes; j += 4) {
      const d = load<f32>(from + j) - mean
      squares += d * d
    }
    const inverse: f32 = <f32>1 / sqrt<f32>(squares / <f32>columns + argument<f32>(8))
    const inverses = f32x4.splat(inverse)
    for (j = 0; j < whole; j += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(from + j), means), inverses)
      v128.store(to + j, madd(normal, v128.load(gain + j), v128.load(shift + j)))
    }
    for (; j < bytes; j += 4) {
      store<f32>(to + j, (load<f32>(from + j) - mean) * inverse * load<f32>(gain + j) + load<f32>(shift + j))
    }
    store<f32>(argument<usize>(2) + ((<usize>row) << 2), mean)
    store<f32>(argument<usize>(3) + ((<usize>row) << 2), inverse)
  }
}

/** Gradients of `rowNormalisation` with respect to x, gain and shift. */
export function rowNormalisationGradient(
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
  start(ROW_NORMALISATION_GRADIENT, rows, <f64>columns * 8)
  start(ROW_NORMALISATION_SUMS, columnUnits(columns), <f64>rows * COLUMNS * 4)
}

export function rowNormalisationGradientChunk(chunk: i32, chunks: i32): void {
  const gain = argument<usize>(1)
  const rows = argument<i32>(4)
  const columns = argument<i32>(5)
  const bytes = (<usize>columns) << 2
  const whole = (<usize>(columns & ~3)) << 2
  const share: f32 = <f32>1 / <f32>columns
  const end = firstUnit(chunk + 1, chunks, rows)
  for (let row = firstUnit(chunk, chunks, rows); row < end; row++) {
    const x = argument<usize>(0) + <usize>row * bytes
    const dy = argument<usize>(6) + <usize>row * bytes
    const dx = argument<usize>(7) + <usize>row * bytes
    const mean = load<f32>(argument<usize>(2) + ((<usize>row) << 2))
    const inverse = load<f32>(argument<usize>(3) + ((<usize>row) << 2))
    const means = f32x4.splat(mean)
    const inverses = f32x4.splat(inverse)
    let sums = f32x4.splat(0)
    let products = sums
    let j: usize = 0
    for (; j < whole; j += 16) {
      const g = f32x4.mul(v128.load(dy + j), v128.load(gain + j))
      sums = f32x4.add(sums, g)
      products = madd(g, f32x4.mul(f32x4.sub(v128.load(x + j), means), inverses), products)
    }
    let sum = sumLanes(sums)
    let product = sumLanes(products)
    for (; j < bytes; j += 4) {
      const g = load<f32>(dy + j) * load<f32>(gain + j)
      sum += g
      product += g * (load<f32>(x + j) - mean) * inverse
    }
    const a = f32x4.splat(sum * share)
    const b = f32x4.splat(product * share)
    for (j = 0; j < whole; j += 16) {
      const g = f32x4.mul(v128.load(dy + j), v128.load(gain + j))
      const normal = f32x4.mul(f32x4.sub(v128.load(x + j), means), inverses)
      v128.store(dx + j, f32x4.mul(inverses, f32x4.sub(f32x4.sub(g, a), f32x4.mul(normal, b))))
    }
    for (; j < bytes; j += 4) {
      const g = load<f32>(dy + j) * load<f32>(gain + j)
      const normal = (load<f32>(x + j) - mean) * inverse
      store<f32>(dx + j, inverse * (g - sum * share - normal * product * share))
    }
  }
}

export function rowNormalisationSumsChunk(chunk: i32, chunks: i32): void {
  const rows = argument<i32>(4)
  const columns = argument<i32>(5)
  const bytes = (<usize>columns) << 2
  const last = firstColumn(chunk + 1, chunks)
  let j = firstColumn(chunk, chunks)
  while (j < last) {
    const vector = j + 16 <= last
    let gains = f32x4.splat(0)
    let shifts = gains
    for (let r0 = 0; r0 < rows; r0 += ROWS) {
      let partGains = f32x4.splat(0)
      let partShifts = partGains
      const r1 = min(rows, r0 + ROWS)
      for (let row = r0; row < r1; row++) {
        const at = <usize>row * bytes + j
        const mean = v128.load32_splat(argument<usize>(2) + ((<usize>row) << 2))
        const inverse = v128.load32_splat(argument<usize>(3) + ((<usize>row) << 2))
        const x = loadPart(argument<usize>(0) + at, vector)
        const dy = loadPart(argument<usize>(6) + at, vector)
        partShifts = f32x4.add(partShifts, dy)
        partGains = madd(dy, f32x4.mul(f32x4.sub(x, mean), inverse), partGains)
      }
      gains = f32x4.add(gains, partGains)
      shifts = f32x4.add(shifts, partShifts)
    }
    storePart(argument<usize>(8) + j, gains, vector)
    storePart(argument<usize>(9) + j, shifts, vector)
    j += vector ? 16 : 4
  }
}
