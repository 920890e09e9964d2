// One pass over parameters and optimiser state: each element is read and written once a step.
//
// `out` receives the new parameters and may be the old ones. All arrays have n elements. Conventions are PyTorch's:
// epsilon is added after the square root, weight decay of `adam` is L2 or (decoupled) AdamW's.

import { loadPart, storePart } from './activation'
import { ADAM, MOMENTUM, RMSPROP } from './dispatch'
import { madd } from './simd'
import { argument, chunksFor, firstUnit, parallel, setArgument } from './threads'

/** Elements that a thread takes at a time: 16 KiB of each array. */
const BLOCK: i32 = 4096

function start(kernel: i32, out: usize, w: usize, g: usize, n: i32): void {
  setArgument<usize>(0, out)
  setArgument<usize>(1, w)
  setArgument<usize>(2, g)
  setArgument<i32>(3, n)
  // Bound by memory traffic: an element weighs as much as a dozen multiply-adds.
  parallel(kernel, chunksFor((n + BLOCK - 1) / BLOCK, <f64>BLOCK * 12))
}

// @inline
function firstElement(chunk: i32, chunks: i32): usize {
  const n = argument<i32>(3)
  return (<usize>min(n, firstUnit(chunk, chunks, (n + BLOCK - 1) / BLOCK) * BLOCK)) << 2
}

/** v = momentum·v + g; w −= rate·v, or rate·(g + momentum·v) with `nesterov`. Without momentum v may be 0: plain SGD. */
export function momentum(
  out: usize,
  w: usize,
  g: usize,
  v: usize,
  n: i32,
  rate: f32,
  factor: f32,
  decay: f32,
  nesterov: bool,
): void {
  setArgument<usize>(4, v)
  setArgument<f32>(5, rate)
  setArgument<f32>(6, factor)
  setArgument<f32>(7, decay)
  setArgument<i32>(8, i32(nesterov))
  start(MOMENTUM, out, w, g, n)
}

export function momentumChunk(chunk: i32, chunks: i32): void {
  const out = argument<usize>(0)
  const w = argument<usize>(1)
  const g = argument<usize>(2)
  const v = argument<usize>(4)
  const rate = f32x4.splat(-argument<f32>(5))
  const factor = f32x4.splat(argument<f32>(6))
  const decay = f32x4.splat(argument<f32>(7))
  const nesterov = argument<i32>(8) !== 0
  const end = firstElement(chunk + 1, chunks)
  let i = firstElement(chunk, chunks)
  while (i < end) {
    const whole = i + 16 <= end
    const parameter = loadPart(w + i, whole)
    const gradient = madd(decay, parameter, loadPart(g + i, whole))
    let step = gradient
    if (v !== 0) {
      const velocity = madd(factor, loadPart(v + i, whole), gradient)
      step = nesterov ? madd(factor, velocity, gradient) : velocity
      storePart(v + i, velocity, whole)
    }
    const next = madd(rate, step, parameter)
    storePart(out + i, next, whole)
    i += whole ? 16 : 4
  }
}

/** s = decay·s + (1 − decay)·g²; w −= rate·g / (√s + ε), through a velocity v when there is one. */
export function rmsprop(
  out: usize,
  w: usize,
  g: usize,
  s: usize,
  v: usize,
  n: i32,
  rate: f32,
  decay: f32,
  epsilon: f32,
  factor: f32,
): void {
  setArgument<usize>(4, s)
  setArgument<usize>(5, v)
  setArgument<f32>(6, rate)
  setArgument<f32>(7, decay)
  setArgument<f32>(8, epsilon)
  setArgument<f32>(9, factor)
  start(RMSPROP, out, w, g, n)
}

export function rmspropChunk(chunk: i32, chunks: i32): void {
  const out = argument<usize>(0)
  const w = argument<usize>(1)
  const g = argument<usize>(2)
  const s = argument<usize>(4)
  const v = argument<usize>(5)
  const rate = f32x4.splat(-argument<f32>(6))
  const decay = f32x4.splat(argument<f32>(7))
  const rest = f32x4.splat(<f32>1 - argument<f32>(7))
  const epsilon = f32x4.splat(argument<f32>(8))
  const factor = f32x4.splat(argument<f32>(9))
  const end = firstElement(chunk + 1, chunks)
  let i = firstElement(chunk, chunks)
  while (i < end) {
    const whole = i + 16 <= end
    const gradient = loadPart(g + i, whole)
    const old = loadPart(s + i, whole)
    const square = madd(decay, old, f32x4.mul(rest, f32x4.mul(gradient, gradient)))
    let step = f32x4.div(gradient, f32x4.add(f32x4.sqrt(square), epsilon))
    if (v !== 0) {
      step = madd(factor, loadPart(v + i, whole), step)
      storePart(v + i, step, whole)
    }
    const next = madd(rate, step, loadPart(w + i, whole))
    storePart(s + i, square, whole)
    storePart(out + i, next, whole)
    i += whole ? 16 : 4
  }
}

/**
 * m = β₁m + (1 − β₁)g; v = β₂v + (1 − β₂)g²; w −= rate·(m / c₁) / (√(v / c₂) + ε), where c₁ = 1 − β₁ᵗ, c₂ = 1 − β₂ᵗ.
 * Weight decay joins the gradient, or, decoupled, shrinks w by rate·decay first.
 */
export function adam(
  out: usize,
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  n: i32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  correction1: f32,
  correction2: f32,
  decay: f32,
  decoupled: bool,
): void {
  setArgument<usize>(4, m)
  setArgument<usize>(5, v)
  setArgument<f32>(6, rate)
  setArgument<f32>(7, beta1)
  setArgument<f32>(8, beta2)
  setArgument<f32>(9, epsilon)
  setArgument<f32>(10, correction1)
  setArgument<f32>(11, correction2)
  setArgument<f32>(12, decay)
  setArgument<i32>(13, i32(decoupled))
  start(ADAM, out, w, g, n)
}

export function adamChunk(chunk: i32, chunks: i32): void {
  const out = argument<usize>(0)
  const w = argument<usize>(1)
  const g = argument<usize>(2)
  const m = argument<usize>(4)
  const v = argument<usize>(5)
  const rate = f32x4.splat(-argument<f32>(6) / argument<f32>(10))
  const beta1 = f32x4.splat(argument<f32>(7))
  const rest1 = f32x4.splat(<f32>1 - argument<f32>(7))
  const beta2 = f32x4.splat(argument<f32>(8))
  const rest2 = f32x4.splat(<f32>1 - argument<f32>(8))
  const epsilon = f32x4.splat(argument<f32>(9))
  const scale = f32x4.splat(<f32>1 / sqrt<f32>(argument<f32>(11)))
  const decoupled = argument<i32>(13) !== 0
  const decay = f32x4.splat(decoupled ? 0 : argument<f32>(12))
  const keep = f32x4.splat(decoupled ? <f32>1 - argument<f32>(6) * argument<f32>(12) : 1)
  const end = firstElement(chunk + 1, chunks)
  let i = firstElement(chunk, chunks)
  while (i < end) {
    const whole = i + 16 <= end
    const parameter = loadPart(w + i, whole)
    const gradient = madd(decay, parameter, loadPart(g + i, whole))
    const mean = madd(beta1, loadPart(m + i, whole), f32x4.mul(rest1, gradient))
    const square = madd(beta2, loadPart(v + i, whole), f32x4.mul(rest2, f32x4.mul(gradient, gradient)))
    const step = f32x4.div(mean, madd(f32x4.sqrt(square), scale, epsilon))
    const next = madd(rate, step, f32x4.mul(parameter, keep))
    storePart(m + i, mean, whole)
    storePart(v + i, square, whole)
    storePart(out + i, next, whole)
    i += whole ? 16 : 4
  }
}
