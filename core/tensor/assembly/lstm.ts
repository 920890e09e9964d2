// Long short-term memory over a whole sequence. Gates stand in the order input, forget, cell, output, as in Keras and
// PyTorch. Everything kept is time-major: rows are step × sequence.

import { load1, store1 } from './activation'
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
    const i = sigmoid4(whole ? v128.load(at) : load1(at))
    const f = sigmoid4(whole ? v128.load(at + row) : load1(at + row))
    const g = tanh4(whole ? v128.load(at + 2 * row) : load1(at + 2 * row))
    const o = sigmoid4(whole ? v128.load(at + 3 * row) : load1(at + 3 * row))
    const c = madd(f, whole ? v128.load(before + j) : load1(before + j), f32x4.mul(i, g))
    const s = tanh4(c)
    const h = f32x4.mul(o, s)
    if (whole) {
      v128.store(at, i)
      v128.store(at + row, f)
      v128.store(at + 2 * row, g)
      v128.store(at + 3 * row, o)
      v128.store(cell + j, c)
      v128.store(squashed + j, s)
      v128.store(state + j, h)
    } else {
      store1(at, i)
      store1(at + row, f)
      store1(at + 2 * row, g)
      store1(at + 3 * row, o)
      store1(cell + j, c)
      store1(squashed + j, s)
      store1(state + j, h)
    }
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
    const i = whole ? v128.load(at) : load1(at)
    const f = whole ? v128.load(at + row) : load1(at + row)
    const g = whole ? v128.load(at + 2 * row) : load1(at + 2 * row)
    const o = whole ? v128.load(at + 3 * row) : load1(at + 3 * row)
    const s = whole ? v128.load(squashed + j) : load1(squashed + j)
    const dh = whole ? v128.load(dState + j) : load1(dState + j)
    let dc = whole ? v128.load(dCell + j) : load1(dCell + j)
    dc = madd(f32x4.mul(dh, o), f32x4.sub(one, f32x4.mul(s, s)), dc)
    const di = f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i)))
    const df = f32x4.mul(f32x4.mul(dc, whole ? v128.load(before + j) : load1(before + j)), f32x4.mul(f, f32x4.sub(one, f)))
    const dg = f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g)))
    const dout = f32x4.mul(f32x4.mul(dh, s), f32x4.mul(o, f32x4.sub(one, o)))
    const to = dGates + j
    if (whole) {
      v128.store(to, di)
      v128.store(to + row, df)
      v128.store(to + 2 * row, dg)
      v128.store(to + 3 * row, dout)
      v128.store(dCell + j, f32x4.mul(dc, f))
    } else {
      store1(to, di)
      store1(to + row, df)
      store1(to + 2 * row, dg)
      store1(to + 3 * row, dout)
      store1(dCell + j, f32x4.mul(dc, f))
    }
    j += whole ? 16 : 4
  }
}
