// A layer of the slot network, forwards and backwards.

import { at } from './memory'

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

export function transpose(x: usize, rows: i32, columns: i32, out: usize): void {
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      f32.store(at(out, column * rows + row), f32.load(at(x, row * columns + column)))
}
