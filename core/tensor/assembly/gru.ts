// Gated recurrent unit over a whole sequence, with the reset gate applied after the product, as in PyTorch and Keras.
// Gates stand in Keras's order: update, reset, candidate. Everything kept is time-major: rows are step × sequence.

import { loadPart, storePart } from './activation'
import { GRU_BACKWARD, GRU_FORWARD } from './dispatch'
import { gemmPacked } from './gemm'
import { packMatrix } from './packing'
import { addRows, firstSequence, sequenceChunks } from './recurrence'
import { madd, sigmoid4, tanh4 } from './simd'
import { argument, parallel, setArgument } from './threads'

/**
 * Runs the recurrence. On entry `gates` [T·B × 3H] holds x·W + bias; on return the activated gates. `products` [T·B × 3H]
 * receives state·U + recurrent bias. `states` [(T + 1)·B × H] begins with the initial one. `packed` has room for the
 * H × 3H recurrent weights.
 */
export function gruForward(
  recurrent: usize,
  bias: usize,
  packed: usize,
  gates: usize,
  products: usize,
  states: usize,
  steps: i32,
  batch: i32,
  units: i32,
): void {
  packMatrix(recurrent, 3 * units, units, (<usize>(3 * units)) << 2, 4, packed)
  setArgument<usize>(0, packed)
  setArgument<usize>(1, bias)
  setArgument<usize>(2, gates)
  setArgument<usize>(3, products)
  setArgument<usize>(4, states)
  setArgument<i32>(5, steps)
  setArgument<i32>(6, batch)
  setArgument<i32>(7, units)
  parallel(GRU_FORWARD, sequenceChunks(batch, <f64>steps * units * units * 3))
}

export function gruForwardChunk(chunk: i32, chunks: i32): void {
  const steps = argument<i32>(5)
  const batch = argument<i32>(6)
  const units = argument<i32>(7)
  const first = firstSequence(chunk, chunks, batch)
  const rows = firstSequence(chunk + 1, chunks, batch) - first
  const row = (<usize>units) << 2
  for (let t = 0; t < steps; t++) {
    const at = <usize>(t * batch + first)
    const state = argument<usize>(4) + at * row
    const gates = argument<usize>(2) + at * row * 3
    const products = argument<usize>(3) + at * row * 3
    gemmPacked(state, row, 4, argument<usize>(0), products, row * 3, rows, 3 * units, units, false, argument<usize>(1), false)
    for (let r: usize = 0; r < <usize>rows; r++) {
      cellForward(gates + r * row * 3, products + r * row * 3, state + r * row, state + (<usize>batch + r) * row, row)
    }
  }
}

function cellForward(gates: usize, products: usize, before: usize, after: usize, row: usize): void {
  let j: usize = 0
  while (j < row) {
    const whole = j + 16 <= row
    const at = gates + j
    const p = products + j
    const z = sigmoid4(f32x4.add(loadPart(at, whole), loadPart(p, whole)))
    const r = sigmoid4(f32x4.add(loadPart(at + row, whole), loadPart(p + row, whole)))
    const q = loadPart(p + 2 * row, whole)
    const n = tanh4(madd(r, q, loadPart(at + 2 * row, whole)))
    const h = madd(z, f32x4.sub(loadPart(before + j, whole), n), n)
    storePart(at, z, whole)
    storePart(at + row, r, whole)
    storePart(at + 2 * row, n, whole)
    storePart(after + j, h, whole)
    j += whole ? 16 : 4
  }
}

/**
 * Gradient through the recurrence. `dStates` is as in `lstmBackward`. Writes `dGates` and `dProducts` [T·B × 3H], both
 * before activation, and the gradient of the initial state, `dState` [B × H]. `packed` has room for 3H × H.
 */
export function gruBackward(
  recurrent: usize,
  packed: usize,
  gates: usize,
  products: usize,
  states: usize,
  dStates: usize,
  everyStep: bool,
  dGates: usize,
  dProducts: usize,
  dState: usize,
  steps: i32,
  batch: i32,
  units: i32,
): void {
  packMatrix(recurrent, units, 3 * units, 4, (<usize>(3 * units)) << 2, packed)
  setArgument<usize>(0, packed)
  setArgument<usize>(1, gates)
  setArgument<usize>(2, products)
  setArgument<usize>(3, states)
  setArgument<usize>(4, dStates)
  setArgument<i32>(5, i32(everyStep))
  setArgument<usize>(6, dGates)
  setArgument<usize>(7, dProducts)
  setArgument<usize>(8, dState)
  setArgument<i32>(9, steps)
  setArgument<i32>(10, batch)
  setArgument<i32>(11, units)
  parallel(GRU_BACKWARD, sequenceChunks(batch, <f64>steps * units * units * 3))
}

export function gruBackwardChunk(chunk: i32, chunks: i32): void {
  const everyStep = argument<i32>(5) !== 0
  const steps = argument<i32>(9)
  const batch = argument<i32>(10)
  const units = argument<i32>(11)
  const first = <usize>firstSequence(chunk, chunks, batch)
  const rows = <usize>firstSequence(chunk + 1, chunks, batch) - first
  const row = (<usize>units) << 2
  const dState = argument<usize>(8) + first * row
  memory.fill(dState, 0, rows * row)
  for (let t = steps - 1; t >= 0; t--) {
    const at = <usize>t * batch + first
    if (everyStep || t === steps - 1) {
      addRows(dState, argument<usize>(4) + (everyStep ? at : first) * row, rows * row)
    }
    const dProducts = argument<usize>(7) + at * row * 3
    for (let r: usize = 0; r < rows; r++) {
      const place = (at + r) * row
      cellBackward(
        argument<usize>(1) + place * 3,
        argument<usize>(2) + place * 3,
        argument<usize>(3) + place,
        dState + r * row,
        argument<usize>(6) + place * 3,
        argument<usize>(7) + place * 3,
        row,
      )
    }
    gemmPacked(dProducts, row * 3, 4, argument<usize>(0), dState, row, <i32>rows, units, 3 * units, true, 0, false)
  }
}

/** `dState` comes as the gradient of the state after this step and leaves as the direct part of that before it. */
function cellBackward(
  gates: usize,
  products: usize,
  before: usize,
  dState: usize,
  dGates: usize,
  dProducts: usize,
  row: usize,
): void {
  const one = f32x4.splat(1)
  let j: usize = 0
  while (j < row) {
    const whole = j + 16 <= row
    const at = gates + j
    const z = loadPart(at, whole)
    const r = loadPart(at + row, whole)
    const n = loadPart(at + 2 * row, whole)
    const q = loadPart(products + 2 * row + j, whole)
    const h = loadPart(before + j, whole)
    const dh = loadPart(dState + j, whole)
    const dn = f32x4.mul(f32x4.mul(dh, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(n, n)))
    const dz = f32x4.mul(f32x4.mul(dh, f32x4.sub(h, n)), f32x4.mul(z, f32x4.sub(one, z)))
    const dr = f32x4.mul(f32x4.mul(dn, q), f32x4.mul(r, f32x4.sub(one, r)))
    const g = dGates + j
    const p = dProducts + j
    storePart(g, dz, whole)
    storePart(g + row, dr, whole)
    storePart(g + 2 * row, dn, whole)
    storePart(p, dz, whole)
    storePart(p + row, dr, whole)
    storePart(p + 2 * row, f32x4.mul(dn, r), whole)
    storePart(dState + j, f32x4.mul(dh, z), whole)
    j += whole ? 16 : 4
  }
}
