// Long short-term memory over a whole sequence. Gates stand in the order input, forget, cell, output, as in Keras and
// PyTorch. Everything kept is time-major: rows are step × sequence.

import { loadPart, storePart } from './activation'
import { LSTM_BACKWARD, LSTM_FORWARD } from './dispatch'
import { gemmPacked } from './gemm'
import { packMatrix } from './packing'
import { addRows, firstSequence, sequenceChunks } from './recurrence'
import { madd, sigmoid4, tanh4 } from './simd'
import { argument, parallel, setArgument } from './threads'

/**
 * Runs the recurrence. On entry `gates` [T·B × 4H] holds x·W + bias; on return the activated gates. `states` and `cells`
 * [(T + 1)·B × H] begin with the initial ones; `squashed` [T·B × H] receives tanh of the cells. `packed` has room for
 * the H × 4H recurrent weights. Sequences are independent: each thread takes some through all steps.
 */
export function lstmForward(
  recurrent: usize,
  packed: usize,
  gates: usize,
  states: usize,
  cells: usize,
  squashed: usize,
  steps: i32,
  batch: i32,
  units: i32,
): void {
  packMatrix(recurrent, 4 * units, units, (<usize>units) << 4, 4, packed)
  setArgument<usize>(0, packed)
  setArgument<usize>(1, gates)
  setArgument<usize>(2, states)
  setArgument<usize>(3, cells)
  setArgument<usize>(4, squashed)
  setArgument<i32>(5, steps)
  setArgument<i32>(6, batch)
  setArgument<i32>(7, units)
  parallel(LSTM_FORWARD, sequenceChunks(batch, <f64>steps * units * units * 4))
}

export function lstmForwardChunk(chunk: i32, chunks: i32): void {
  const packed = argument<usize>(0)
  const gates = argument<usize>(1)
  const states = argument<usize>(2)
  const cells = argument<usize>(3)
  const squashed = argument<usize>(4)
  const steps = argument<i32>(5)
  const batch = argument<i32>(6)
  const units = argument<i32>(7)
  const first = firstSequence(chunk, chunks, batch)
  const last = firstSequence(chunk + 1, chunks, batch)
  const row = (<usize>units) << 2
  for (let t = 0; t < steps; t++) {
    const at = <usize>(t * batch + first)
    const next = at + batch
    const z = gates + at * row * 4
    gemmPacked(states + at * row, row, 4, packed, z, row * 4, last - first, 4 * units, units, true, 0, false)
    for (let r: usize = 0; r < <usize>(last - first); r++) {
      cellForward(
        z + r * row * 4,
        cells + (at + r) * row,
        cells + (next + r) * row,
        states + (next + r) * row,
        squashed + (at + r) * row,
        units,
      )
    }
  }
}

function cellForward(z: usize, before: usize, cell: usize, state: usize, squashed: usize, units: i32): void {
  const row = (<usize>units) << 2
  let j: usize = 0
  while (j < row) {
    const whole = j + 16 <= row
    const at = z + j
    const i = sigmoid4(loadPart(at, whole))
    const f = sigmoid4(loadPart(at + row, whole))
    const g = tanh4(loadPart(at + 2 * row, whole))
    const o = sigmoid4(loadPart(at + 3 * row, whole))
    const c = madd(f, loadPart(before + j, whole), f32x4.mul(i, g))
    const s = tanh4(c)
    const h = f32x4.mul(o, s)
    storePart(at, i, whole)
    storePart(at + row, f, whole)
    storePart(at + 2 * row, g, whole)
    storePart(at + 3 * row, o, whole)
    storePart(cell + j, c, whole)
    storePart(squashed + j, s, whole)
    storePart(state + j, h, whole)
    j += whole ? 16 : 4
  }
}

/**
 * Gradient through the recurrence. `dStates` holds the gradient of the states: of step t at row t·B when `everyStep`,
 * else of the last step only, B rows. Writes `dGates` [T·B × 4H], before activation, and the gradients of the initial
 * state and cell, `dState` and `dCell` [B × H]. `packed` has room for the transposed recurrent weights, 4H × H.
 */
export function lstmBackward(
  recurrent: usize,
  packed: usize,
  gates: usize,
  cells: usize,
  squashed: usize,
  dStates: usize,
  everyStep: bool,
  dGates: usize,
  dState: usize,
  dCell: usize,
  steps: i32,
  batch: i32,
  units: i32,
): void {
  packMatrix(recurrent, units, 4 * units, 4, (<usize>units) << 4, packed)
  setArgument<usize>(0, packed)
  setArgument<usize>(1, gates)
  setArgument<usize>(2, cells)
  setArgument<usize>(3, squashed)
  setArgument<usize>(4, dStates)
  setArgument<i32>(5, i32(everyStep))
  setArgument<usize>(6, dGates)
  setArgument<usize>(7, dState)
  setArgument<usize>(8, dCell)
  setArgument<i32>(9, steps)
  setArgument<i32>(10, batch)
  setArgument<i32>(11, units)
  parallel(LSTM_BACKWARD, sequenceChunks(batch, <f64>steps * units * units * 4))
}

export function lstmBackwardChunk(chunk: i32, chunks: i32): void {
  const packed = argument<usize>(0)
  const gates = argument<usize>(1)
  const cells = argument<usize>(2)
  const squashed = argument<usize>(3)
  const dStates = argument<usize>(4)
  const everyStep = argument<i32>(5) !== 0
  const dGates = argument<usize>(6)
  const dState = argument<usize>(7)
  const dCell = argument<usize>(8)
  const steps = argument<i32>(9)
  const batch = argument<i32>(10)
  const units = argument<i32>(11)
  const first = <usize>firstSequence(chunk, chunks, batch)
  const rows = <usize>firstSequence(chunk + 1, chunks, batch) - first
  const row = (<usize>units) << 2
  memory.fill(dCell + first * row, 0, rows * row)
  memory.fill(dState + first * row, 0, rows * row)
  for (let t = steps - 1; t >= 0; t--) {
    const at = <usize>t * batch + first
    if (everyStep || t === steps - 1) {
      addRows(dState + first * row, dStates + (everyStep ? at : first) * row, rows * row)
    }
    for (let r: usize = 0; r < rows; r++) {
      cellBackward(
        gates + (at + r) * row * 4,
        cells + (at + r) * row,
        squashed + (at + r) * row,
        dState + (first + r) * row,
        dCell + (first + r) * row,
        dGates + (at + r) * row * 4,
        units,
      )
    }
    gemmPacked(dGates + at * row * 4, row * 4, 4, packed, dState + first * row, row, <i32>rows, units, 4 * units, false, 0, false)
  }
}

/** `dCell` comes as the gradient of the cell after this step and leaves as that of the cell before it. */
function cellBackward(
  gates: usize,
  before: usize,
  squashed: usize,
  dState: usize,
  dCell: usize,
  dGates: usize,
  units: i32,
): void {
  const row = (<usize>units) << 2
  const one = f32x4.splat(1)
  let j: usize = 0
  while (j < row) {
    const whole = j + 16 <= row
    const at = gates + j
    const i = loadPart(at, whole)
    const f = loadPart(at + row, whole)
    const g = loadPart(at + 2 * row, whole)
    const o = loadPart(at + 3 * row, whole)
    const s = loadPart(squashed + j, whole)
    const dh = loadPart(dState + j, whole)
    let dc = loadPart(dCell + j, whole)
    dc = madd(f32x4.mul(dh, o), f32x4.sub(one, f32x4.mul(s, s)), dc)
    const di = f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i)))
    const df = f32x4.mul(f32x4.mul(dc, loadPart(before + j, whole)), f32x4.mul(f, f32x4.sub(one, f)))
    const dg = f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g)))
    const dout = f32x4.mul(f32x4.mul(dh, s), f32x4.mul(o, f32x4.sub(one, o)))
    const to = dGates + j
    storePart(to, di, whole)
    storePart(to + row, df, whole)
    storePart(to + 2 * row, dg, whole)
    storePart(to + 3 * row, dout, whole)
    storePart(dCell + j, f32x4.mul(dc, f), whole)
    j += whole ? 16 : 4
  }
}
