// The slot network, forwards and backwards, in single precision and 128-bit SIMD.
//
// Rows are candidate slots, `inputs` features each; groups are requests, whose rows lie one after another. Widths are
// multiples of 8, the number of inputs one of 4. Buffers have room for three rows more than are used: rows are taken
// four at a time, and what is computed beyond the last is overwritten or never read.

// @inline
function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2)
}

/** out = x·weights + bias, rectified where `rectify`; x is rows×inputs, weights inputs×outputs. */
export function dense(
  x: usize,
  rows: i32,
  inputs: i32,
  weights: usize,
  bias: usize,
  outputs: i32,
  out: usize,
  rectify: i32,
): void {
  const least = rectify ? f32x4.splat(0) : f32x4.splat(-Infinity)
  for (let row = 0; row < rows; row += 4) {
    if (row + 1 === rows) {
      denseRow(at(x, row * inputs), inputs, weights, bias, outputs, at(out, row * outputs), least)
      return
    }
    const x0 = at(x, row * inputs)
    const x1 = at(x0, inputs)
    const x2 = at(x1, inputs)
    const x3 = at(x2, inputs)
    for (let o = 0; o < outputs; o += 8) {
      const b0 = v128.load(at(bias, o))
      const b1 = v128.load(at(bias, o), 16)
      let a00 = b0,
        a01 = b1,
        a10 = b0,
        a11 = b1,
        a20 = b0,
        a21 = b1,
        a30 = b0,
        a31 = b1
      let w = at(weights, o)
      for (let i = 0; i < inputs; i++) {
        const w0 = v128.load(w)
        const w1 = v128.load(w, 16)
        let value = v128.load32_splat(at(x0, i))
        a00 = f32x4.add(a00, f32x4.mul(value, w0))
        a01 = f32x4.add(a01, f32x4.mul(value, w1))
        value = v128.load32_splat(at(x1, i))
        a10 = f32x4.add(a10, f32x4.mul(value, w0))
        a11 = f32x4.add(a11, f32x4.mul(value, w1))
        value = v128.load32_splat(at(x2, i))
        a20 = f32x4.add(a20, f32x4.mul(value, w0))
        a21 = f32x4.add(a21, f32x4.mul(value, w1))
        value = v128.load32_splat(at(x3, i))
        a30 = f32x4.add(a30, f32x4.mul(value, w0))
        a31 = f32x4.add(a31, f32x4.mul(value, w1))
        w = at(w, outputs)
      }
      let y = at(out, row * outputs + o)
      v128.store(y, f32x4.pmax(least, a00))
      v128.store(y, f32x4.pmax(least, a01), 16)
      y = at(y, outputs)
      v128.store(y, f32x4.pmax(least, a10))
      v128.store(y, f32x4.pmax(least, a11), 16)
      y = at(y, outputs)
      v128.store(y, f32x4.pmax(least, a20))
      v128.store(y, f32x4.pmax(least, a21), 16)
      y = at(y, outputs)
      v128.store(y, f32x4.pmax(least, a30))
      v128.store(y, f32x4.pmax(least, a31), 16)
    }
  }
}

/** The same of one row, which is summed in the same order. */
function denseRow(x: usize, inputs: i32, weights: usize, bias: usize, outputs: i32, out: usize, least: v128): void {
  for (let o = 0; o < outputs; o += 8) {
    let a0 = v128.load(at(bias, o))
    let a1 = v128.load(at(bias, o), 16)
    let w = at(weights, o)
    for (let i = 0; i < inputs; i++) {
      const value = v128.load32_splat(at(x, i))
      a0 = f32x4.add(a0, f32x4.mul(value, v128.load(w)))
      a1 = f32x4.add(a1, f32x4.mul(value, v128.load(w, 16)))
      w = at(w, outputs)
    }
    v128.store(at(out, o), f32x4.pmax(least, a0))
    v128.store(at(out, o), f32x4.pmax(least, a1), 16)
  }
}

/** gradient += xᵀ·d; x is rows×inputs, d rows×outputs, the gradient inputs×outputs. */
export function outer(x: usize, d: usize, rows: i32, inputs: i32, outputs: i32, gradient: usize): void {
  for (let i = 0; i < inputs; i += 4)
    for (let o = 0; o < outputs; o += 8) {
      const g0 = at(gradient, i * outputs + o)
      const g1 = at(g0, outputs)
      const g2 = at(g1, outputs)
      const g3 = at(g2, outputs)
      let a00 = v128.load(g0),
        a01 = v128.load(g0, 16),
        a10 = v128.load(g1),
        a11 = v128.load(g1, 16)
      let a20 = v128.load(g2),
        a21 = v128.load(g2, 16),
        a30 = v128.load(g3),
        a31 = v128.load(g3, 16)
      let value = at(x, i)
      let difference = at(d, o)
      for (let row = 0; row < rows; row++) {
        const d0 = v128.load(difference)
        const d1 = v128.load(difference, 16)
        let v = v128.load32_splat(value)
        a00 = f32x4.add(a00, f32x4.mul(v, d0))
        a01 = f32x4.add(a01, f32x4.mul(v, d1))
        v = v128.load32_splat(value, 4)
        a10 = f32x4.add(a10, f32x4.mul(v, d0))
        a11 = f32x4.add(a11, f32x4.mul(v, d1))
        v = v128.load32_splat(value, 8)
        a20 = f32x4.add(a20, f32x4.mul(v, d0))
        a21 = f32x4.add(a21, f32x4.mul(v, d1))
        v = v128.load32_splat(value, 12)
        a30 = f32x4.add(a30, f32x4.mul(v, d0))
        a31 = f32x4.add(a31, f32x4.mul(v, d1))
        value = at(value, inputs)
        difference = at(difference, outputs)
      }
      v128.store(g0, a00)
      v128.store(g0, a01, 16)
      v128.store(g1, a10)
      v128.store(g1, a11, 16)
      v128.store(g2, a20)
      v128.store(g2, a21, 16)
      v128.store(g3, a30)
      v128.store(g3, a31, 16)
    }
}

/** sum += scale · Σ of rows. */
export function addRows(x: usize, rows: i32, width: i32, scale: f32, sum: usize): void {
  const factor = f32x4.splat(scale)
  for (let i = 0; i < width; i += 4) {
    let total = f32x4.splat(0)
    let value = at(x, i)
    for (let row = 0; row < rows; row++) {
      total = f32x4.add(total, v128.load(value))
      value = at(value, width)
    }
    const target = at(sum, i)
    v128.store(target, f32x4.add(v128.load(target), f32x4.mul(total, factor)))
  }
}

function dot(x: usize, y: usize, width: i32): f32 {
  let total = f32x4.splat(0)
  for (let i = 0; i < width; i += 4) total = f32x4.add(total, f32x4.mul(v128.load(at(x, i)), v128.load(at(y, i))))
  return (
    f32x4.extract_lane(total, 0) + f32x4.extract_lane(total, 1) + (f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3))
  )
}

/** values[row] = V(mean of rows) + A(row) − mean of A over the rows of the group. */
export function duel(
  hidden: usize,
  rows: i32,
  width: i32,
  advantage: usize,
  value: usize,
  valueBias: usize,
  mean: usize,
  out: usize,
): void {
  let total: f32 = 0
  for (let row = 0; row < rows; row++) {
    const a = dot(at(hidden, row * width), advantage, width)
    f32.store(at(out, row), a)
    total += a
  }
  const shift = dot(mean, value, width) + f32.load(valueBias) - total / <f32>rows
  for (let row = 0; row < rows; row++) f32.store(at(out, row), f32.load(at(out, row)) + shift)
}

/**
 * Backwards through `duel`, one group: from the gradient of its values to that of the second layer before it was
 * rectified, written to `d`; adds to the gradients of the heads.
 */
export function duelBack(
  gradient: usize,
  hidden: usize,
  rows: i32,
  width: i32,
  advantage: usize,
  value: usize,
  mean: usize,
  d: usize,
  advantageGradient: usize,
  valueGradient: usize,
  valueBiasGradient: usize,
): void {
  let total: f32 = 0
  for (let row = 0; row < rows; row++) total += f32.load(at(gradient, row))
  f32.store(valueBiasGradient, f32.load(valueBiasGradient) + total)
  const share = total / <f32>rows
  for (let i = 0; i < width; i += 4) {
    const a = v128.load(at(advantage, i))
    const fromValue = f32x4.mul(f32x4.splat(share), v128.load(at(value, i)))
    let sum = v128.load(at(advantageGradient, i))
    for (let row = 0; row < rows; row++) {
      const own = f32x4.splat(f32.load(at(gradient, row)) - share)
      const h = v128.load(at(hidden, row * width + i))
      sum = f32x4.add(sum, f32x4.mul(own, h))
      const back = f32x4.add(f32x4.mul(own, a), fromValue)
      v128.store(at(d, row * width + i), v128.and(back, f32x4.gt(h, f32x4.splat(0))))
    }
    v128.store(at(advantageGradient, i), sum)
    const target = at(valueGradient, i)
    v128.store(target, f32x4.add(v128.load(target), f32x4.mul(f32x4.splat(total), v128.load(at(mean, i)))))
  }
}

/** d = (d + scale · shared) where `hidden` is positive, else 0; one group. */
export function rectifyBack(d: usize, shared: usize, scale: f32, hidden: usize, rows: i32, width: i32): void {
  const factor = f32x4.splat(scale)
  for (let i = 0; i < width; i += 4) {
    const add = f32x4.mul(factor, v128.load(at(shared, i)))
    for (let row = 0; row < rows; row++) {
      const target = at(d, row * width + i)
      const active = f32x4.gt(v128.load(at(hidden, row * width + i)), f32x4.splat(0))
      v128.store(target, v128.and(f32x4.add(v128.load(target), add), active))
    }
  }
}

export function transpose(x: usize, rows: i32, columns: i32, out: usize): void {
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      f32.store(at(out, column * rows + row), f32.load(at(x, row * columns + column)))
}

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
