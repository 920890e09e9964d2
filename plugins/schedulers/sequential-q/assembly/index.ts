// The slot network, forwards and backwards, in single precision and 128-bit SIMD.
//
// Rows are candidate slots, `inputs` features each; groups are requests, whose rows lie one after another. Widths are
// multiples of 8, the number of inputs one of 4. Buffers have room for three rows more than are used: rows are taken
// four at a time, and what is computed beyond the last is overwritten or never read.

import { duel, duelBack, rectifyBack } from './heads'
import { addRows, dense, outer, transpose } from './layers'
import { at } from './memory'

/** The two layers and the dueling heads for so many groups; group g has the rows from starts[g] to starts[g + 1]. */
export function forward(
  weights: usize,
  inputs: i32,
  width: i32,
  groups: i32,
  starts: usize,
  x: usize,
  first: usize,
  second: usize,
  pooled: usize,
  context: usize,
  mean: usize,
  out: usize,
): void {
  const bias1 = at(weights, inputs * width)
  const weights2 = at(bias1, width)
  const pool2 = at(weights2, width * width)
  const bias2 = at(pool2, width * width)
  const advantage = at(bias2, width)
  const value = at(advantage, width)
  const valueBias = at(value, width)
  dense(x, i32.load(at(starts, groups)), inputs, weights, bias1, width, first, 1)
  memory.fill(pooled, 0, (<usize>(groups * width)) << 2)
  memory.fill(mean, 0, (<usize>(groups * width)) << 2)
  for (let group = 0; group < groups; group++) {
    const start = i32.load(at(starts, group))
    const rows = i32.load(at(starts, group + 1)) - start
    addRows(at(first, start * width), rows, width, 1 / <f32>rows, at(pooled, group * width))
  }
  dense(pooled, groups, width, pool2, bias2, width, context, 0)
  for (let group = 0; group < groups; group++) {
    const start = i32.load(at(starts, group))
    const rows = i32.load(at(starts, group + 1)) - start
    const hidden = at(second, start * width)
    const average = at(mean, group * width)
    dense(at(first, start * width), rows, width, weights2, at(context, group * width), width, hidden, 1)
    addRows(hidden, rows, width, 1 / <f32>rows, average)
    duel(hidden, rows, width, advantage, value, valueBias, average, at(out, start))
  }
}

/** Adds to the gradient of the weights, from the gradient of the values of the latest `forward`. */
export function backward(
  weights: usize,
  inputs: i32,
  width: i32,
  groups: i32,
  starts: usize,
  x: usize,
  first: usize,
  second: usize,
  pooled: usize,
  mean: usize,
  valueGradient: usize,
  gradient: usize,
  d2: usize,
  d1: usize,
  sums: usize,
  pooledGradient: usize,
  transposed: usize,
  zeros: usize,
): void {
  const weights2 = at(weights, inputs * width + width)
  const pool2 = at(weights2, width * width)
  const advantage = at(pool2, width * width + width)
  const value = at(advantage, width)
  const bias1Gradient = at(gradient, inputs * width)
  const weights2Gradient = at(bias1Gradient, width)
  const pool2Gradient = at(weights2Gradient, width * width)
  const bias2Gradient = at(pool2Gradient, width * width)
  const advantageGradient = at(bias2Gradient, width)
  const valueHeadGradient = at(advantageGradient, width)
  const valueBiasGradient = at(valueHeadGradient, width)
  const total = i32.load(at(starts, groups))
  memory.fill(sums, 0, (<usize>(groups * width)) << 2)
  for (let group = 0; group < groups; group++) {
    const start = i32.load(at(starts, group))
    const rows = i32.load(at(starts, group + 1)) - start
    const d = at(d2, start * width)
    duelBack(
      at(valueGradient, start),
      at(second, start * width),
      rows,
      width,
      advantage,
      value,
      at(mean, group * width),
      d,
      advantageGradient,
      valueHeadGradient,
      valueBiasGradient,
    )
    addRows(d, rows, width, 1, at(sums, group * width))
  }
  outer(first, d2, total, width, width, weights2Gradient)
  outer(pooled, sums, groups, width, width, pool2Gradient)
  addRows(sums, groups, width, 1, bias2Gradient)
  transpose(pool2, width, width, transposed)
  dense(sums, groups, width, transposed, zeros, width, pooledGradient, 0)
  transpose(weights2, width, width, transposed)
  dense(d2, total, width, transposed, zeros, width, d1, 0)
  for (let group = 0; group < groups; group++) {
    const start = i32.load(at(starts, group))
    const rows = i32.load(at(starts, group + 1)) - start
    rectifyBack(at(d1, start * width), at(pooledGradient, group * width), 1 / <f32>rows, at(first, start * width), rows, width)
  }
  outer(x, d1, total, inputs, width, gradient)
  addRows(d1, total, width, 1, bias1Gradient)
}

/** One step of Adam (Kingma and Ba, 2015) in place; `rate` has the corrections of both moments in it. */
export function adam(
  weights: usize,
  gradient: usize,
  moment: usize,
  square: usize,
  count: i32,
  scale: f32,
  rate: f32,
  epsilon: f32,
): void {
  for (let i = 0; i < count; i += 4) {
    const g = f32x4.mul(f32x4.splat(scale), v128.load(at(gradient, i)))
    const m = f32x4.add(f32x4.mul(f32x4.splat(0.9), v128.load(at(moment, i))), f32x4.mul(f32x4.splat(0.1), g))
    const s = f32x4.add(f32x4.mul(f32x4.splat(0.999), v128.load(at(square, i))), f32x4.mul(f32x4.splat(0.001), f32x4.mul(g, g)))
    v128.store(at(moment, i), m)
    v128.store(at(square, i), s)
    const step = f32x4.div(f32x4.mul(f32x4.splat(rate), m), f32x4.add(f32x4.sqrt(s), f32x4.splat(epsilon)))
    v128.store(at(weights, i), f32x4.sub(v128.load(at(weights, i)), step))
  }
}
