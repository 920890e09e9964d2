// Patches of an image: the `filterH × filterW × inChannels` block under each output pixel of a convolution, in the order of
// the filter's rows. Gathered for products, and scattered back. Tensors are NHWC.

import { GEMM_SCRATCH_BYTES } from './gemm'
import { packRows4 } from './packing'
import { scratch } from './scratch'
import { argument, setArgument } from './threads'

/** Floats for the patches of several pixels; longer patches mean fewer pixels. */
export const PATCH_FLOATS: i32 = 64 * 1152
/** A few patches, or parts of them, that stay in the first-level cache until they are packed. */
export const STRIP_PIXELS: i32 = 8
export const STRIP_DEPTH: i32 = 576
const STRIP_BYTES: usize = STRIP_PIXELS * STRIP_DEPTH * 4

export const CONVOLUTION_SCRATCH_BYTES: usize = GEMM_SCRATCH_BYTES + STRIP_BYTES + PATCH_FLOATS * 4

// @inline
export function strip(): usize {
  return scratch + GEMM_SCRATCH_BYTES
}
// @inline
export function patches(): usize {
  return scratch + GEMM_SCRATCH_BYTES + STRIP_BYTES
}

// The geometry is the first sixteen arguments of every kernel here.
export const BATCH = 0,
  IN_H = 1,
  IN_W = 2,
  IN_C = 3,
  OUT_H = 4,
  OUT_W = 5,
  OUT_C = 6,
  FILTER_H = 7,
  FILTER_W = 8
export const STRIDE_H = 9,
  STRIDE_W = 10,
  DILATION_H = 11,
  DILATION_W = 12,
  TOP = 13,
  LEFT = 14

/** Sets the geometry for the convolution kernel called next: sizes in elements, `top` and `left` the padding. */
export function convolutionGeometry(
  batch: i32,
  inH: i32,
  inW: i32,
  inC: i32,
  outH: i32,
  outW: i32,
  outC: i32,
  filterH: i32,
  filterW: i32,
  strideH: i32,
  strideW: i32,
  dilationH: i32,
  dilationW: i32,
  top: i32,
  left: i32,
): void {
  setArgument<i32>(BATCH, batch)
  setArgument<i32>(IN_H, inH)
  setArgument<i32>(IN_W, inW)
  setArgument<i32>(IN_C, inC)
  setArgument<i32>(OUT_H, outH)
  setArgument<i32>(OUT_W, outW)
  setArgument<i32>(OUT_C, outC)
  setArgument<i32>(FILTER_H, filterH)
  setArgument<i32>(FILTER_W, filterW)
  setArgument<i32>(STRIDE_H, strideH)
  setArgument<i32>(STRIDE_W, strideW)
  setArgument<i32>(DILATION_H, dilationH)
  setArgument<i32>(DILATION_W, dilationW)
  setArgument<i32>(TOP, top)
  setArgument<i32>(LEFT, left)
}

// @inline
export function patchLength(): i32 {
  return argument<i32>(FILTER_H) * argument<i32>(FILTER_W) * argument<i32>(IN_C)
}

// @inline
export function pixelCount(): i32 {
  return argument<i32>(BATCH) * argument<i32>(OUT_H) * argument<i32>(OUT_W)
}

/** Copies elements [from, to) of the patch of each pixel in [first, first + count) to consecutive rows at `out`. */
export function gather(x: usize, first: i32, count: i32, from: i32, to: i32, out: usize): void {
  walk(x, first, count, from, to, out, false)
}

/** Adds elements [from, to) of each pixel's patch to the input elements they came from: the transpose of `gather`. */
export function scatter(source: usize, first: i32, count: i32, from: i32, to: i32, x: usize): void {
  walk(x, first, count, from, to, source, true)
}

/** Walks patches and what of the image they lie on: from there to the rows at `patch`, or back. Two loops, as it is inlined. */
// @inline
function walk(x: usize, first: i32, count: i32, from: i32, to: i32, patch: usize, back: bool): void {
  const inH = argument<i32>(IN_H),
    inW = argument<i32>(IN_W),
    inC = argument<i32>(IN_C)
  const outH = argument<i32>(OUT_H),
    outW = argument<i32>(OUT_W)
  const filterW = argument<i32>(FILTER_W)
  const strideH = argument<i32>(STRIDE_H),
    strideW = argument<i32>(STRIDE_W)
  const dilationH = argument<i32>(DILATION_H),
    dilationW = argument<i32>(DILATION_W)
  const top = argument<i32>(TOP),
    left = argument<i32>(LEFT)
  const rowLength = filterW * inC
  let ox = first % outW
  let oy = (first / outW) % outH
  let image = first / (outW * outH)
  for (let p = 0; p < count; p++) {
    const y0 = oy * strideH - top
    const x0 = ox * strideW - left
    const base = x + ((<usize>image * inH * inW * inC) << 2)
    // Walks the filter's rows, each a run of consecutive input elements when its taps are neighbours.
    for (let row = from / rowLength; row * rowLength < to; row++) {
      const begin = max(from - row * rowLength, 0)
      const end = min(to - row * rowLength, rowLength)
      const y = y0 + row * dilationH
      if (<u32>y >= <u32>inH) {
        leaveOut(patch, end - begin, back)
        patch += (<usize>(end - begin)) << 2
        continue
      }
      const line = base + ((<usize>y * inW * inC) << 2)
      if (dilationW === 1 && x0 >= 0 && x0 + filterW <= inW) {
        move(line + ((<usize>(x0 * inC + begin)) << 2), patch, end - begin, back)
        patch += (<usize>(end - begin)) << 2
        continue
      }
      let at = begin
      while (at < end) {
        const tap = at / inC
        const run = min(end, (tap + 1) * inC) - at
        const column = x0 + tap * dilationW
        if (<u32>column < <u32>inW) move(line + ((<usize>(column * inC + at - tap * inC)) << 2), patch, run, back)
        else leaveOut(patch, run, back)
        patch += (<usize>run) << 2
        at += run
      }
    }
    if (++ox === outW) {
      ox = 0
      if (++oy === outH) {
        oy = 0
        image++
      }
    }
  }
}

// @inline
function move(image: usize, patch: usize, n: i32, back: bool): void {
  if (back) addFloats(image, patch, n)
  else copyFloats(patch, image, n)
}

/** Part of a patch lies beyond the image: zeros on the way there, and nothing on the way back. */
// @inline
function leaveOut(patch: usize, n: i32, back: bool): void {
  if (!back) memory.fill(patch, 0, (<usize>n) << 2)
}

// @inline
function copyFloats(to: usize, from: usize, n: i32): void {
  const whole = (<usize>(n & ~3)) << 2
  const all = (<usize>n) << 2
  let i: usize = 0
  for (; i < whole; i += 16) v128.store(to + i, v128.load(from + i))
  for (; i < all; i += 4) store<f32>(to + i, load<f32>(from + i))
}

/**
 * Packs elements [from, from + depth) of the patches of `count` pixels as `packRows4` does. Four pixels side by side whose
 * patches lie inside the image are read in place, four rows of the input at once.
 */
export function gatherPanels(x: usize, first: i32, count: i32, from: i32, depth: i32, out: usize): void {
  const inH = argument<i32>(IN_H),
    inW = argument<i32>(IN_W),
    inC = argument<i32>(IN_C)
  const outH = argument<i32>(OUT_H),
    outW = argument<i32>(OUT_W)
  const filterW = argument<i32>(FILTER_W)
  const strideW = argument<i32>(STRIDE_W)
  const rowLength = filterW * inC
  const apart = (<usize>(strideW * inC)) << 2
  const neighbours = argument<i32>(DILATION_W) === 1
  for (let p = 0; p < count; p += 4) {
    const pixel = first + p
    const ox = pixel % outW
    const x0 = ox * strideW - argument<i32>(LEFT)
    if (!neighbours || count - p < 4 || ox + 4 > outW || x0 < 0 || x0 + 3 * strideW + filterW > inW) {
      const rows = min(4, count - p)
      gather(x, pixel, rows, from, from + depth, strip())
      packRows4(strip(), rows, (<usize>depth) << 2, 4, depth, out)
      out += (<usize>depth) << 4
      continue
    }
    const y0 = ((pixel / outW) % outH) * argument<i32>(STRIDE_H) - argument<i32>(TOP)
    const base = x + ((<usize>(pixel / (outW * outH)) * inH * inW * inC) << 2)
    const to = from + depth
    for (let row = from / rowLength; row * rowLength < to; row++) {
      const begin = max(from - row * rowLength, 0)
      const run = min(to - row * rowLength, rowLength) - begin
      const y = y0 + row * argument<i32>(DILATION_H)
      if (<u32>y >= <u32>inH) memory.fill(out, 0, (<usize>run) << 4)
      else packRows4(base + ((<usize>((y * inW + x0) * inC + begin)) << 2), 4, apart, 4, run, out)
      out += (<usize>run) << 4
    }
  }
}

// @inline
export function addFloats(to: usize, from: usize, n: i32): void {
  const whole = (<usize>(n & ~3)) << 2
  const all = (<usize>n) << 2
  let i: usize = 0
  for (; i < whole; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)))
  for (; i < all; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(from + i))
}
