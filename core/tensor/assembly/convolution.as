// 2-D convolution as matrix products over patches, which are gathered into panels as the product needs them.
//
// Tensors are NHWC, filters height × width × in × out. A patch is the `filterH × filterW × inChannels` block under one
// output pixel, in the order of the filter's rows: output = patches · filter.

import { applyActivation, LINEAR, RELU } from './activation'
import { CONVOLUTION, CONVOLUTION_FILTER, CONVOLUTION_INPUT } from './dispatch'
import {
  BLOCK_K, GEMM_SCRATCH_BYTES, gemmPacked, multiplyPanels, packB, packedB, packedBytes, packMatrix, packRows4,
} from './gemm'
import { scratch } from './scratch'
import { argument, chunksFor, firstUnit, parallel, setArgument, threads } from './threads'

/** Pixels whose patches are formed at a time. */
const PIXELS: i32 = 64
/** Floats for the patches of several pixels; longer patches mean fewer pixels. */
export const PATCH_FLOATS: i32 = 64 * 1152
/** A few patches, or parts of them, that stay in the first-level cache until they are packed. */
const STRIP_PIXELS: i32 = 8
const STRIP_DEPTH: i32 = 576
const STRIP_BYTES: usize = STRIP_PIXELS * STRIP_DEPTH * 4

export const CONVOLUTION_SCRATCH_BYTES: usize = GEMM_SCRATCH_BYTES + STRIP_BYTES + PATCH_FLOATS * 4

@inline
function strip(): usize {
  return scratch + GEMM_SCRATCH_BYTES
}
@inline
function patches(): usize {
  return scratch + GEMM_SCRATCH_BYTES + STRIP_BYTES
}

// The geometry is the first sixteen arguments of every kernel here.
const BATCH = 0, IN_H = 1, IN_W = 2, IN_C = 3, OUT_H = 4, OUT_W = 5, OUT_C = 6, FILTER_H = 7, FILTER_W = 8
const STRIDE_H = 9, STRIDE_W = 10, DILATION_H = 11, DILATION_W = 12, TOP = 13, LEFT = 14

/** Sets the geometry for the convolution kernel called next: sizes in elements, `top` and `left` the padding. */
export function convolutionGeometry(
  batch: i32, inH: i32, inW: i32, inC: i32, outH: i32, outW: i32, outC: i32, filterH: i32, filterW: i32,
  strideH: i32, strideW: i32, dilationH: i32, dilationW: i32, top: i32, left: i32,
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

@inline
function patchLength(): i32 {
  return argument<i32>(FILTER_H) * argument<i32>(FILTER_W) * argument<i32>(IN_C)
}

@inline
function pixelCount(): i32 {
  return argument<i32>(BATCH) * argument<i32>(OUT_H) * argument<i32>(OUT_W)
}

/** Copies elements [from, to) of the patch of each pixel in [first, first + count) to consecutive rows at `out`. */
function gather(x: usize, first: i32, count: i32, from: i32, to: i32, out: usize): void {
  const inH = argument<i32>(IN_H), inW = argument<i32>(IN_W), inC = argument<i32>(IN_C)
  const outH = argument<i32>(OUT_H), outW = argument<i32>(OUT_W)
  const filterW = argument<i32>(FILTER_W)
  const strideH = argument<i32>(STRIDE_H), strideW = argument<i32>(STRIDE_W)
  const dilationH = argument<i32>(DILATION_H), dilationW = argument<i32>(DILATION_W)
  const top = argument<i32>(TOP), left = argument<i32>(LEFT)
  const rowLength = filterW * inC
  let ox = first % outW
  let oy = (first / outW) % outH
  let image = first / (outW * outH)
  for (let p = 0; p < count; p++) {
    const y0 = oy * strideH - top
    const x0 = ox * strideW - left
    const base = x + (<usize>image * inH * inW * inC << 2)
    // Walks the filter's rows, each a run of consecutive input elements when its taps are neighbours.
    for (let row = from / rowLength; row * rowLength < to; row++) {
      const begin = max(from - row * rowLength, 0)
      const end = min(to - row * rowLength, rowLength)
      const y = y0 + row * dilationH
      if (<u32>y >= <u32>inH) {
        memory.fill(out, 0, <usize>(end - begin) << 2)
        out += <usize>(end - begin) << 2
        continue
      }
      const line = base + (<usize>y * inW * inC << 2)
      if (dilationW == 1 && x0 >= 0 && x0 + filterW <= inW) {
        copyFloats(out, line + (<usize>(x0 * inC + begin) << 2), end - begin)
        out += <usize>(end - begin) << 2
        continue
      }
      let at = begin
      while (at < end) {
        const tap = at / inC
        const run = min(end, (tap + 1) * inC) - at
        const column = x0 + tap * dilationW
        if (<u32>column < <u32>inW) copyFloats(out, line + (<usize>(column * inC + at - tap * inC) << 2), run)
        else memory.fill(out, 0, <usize>run << 2)
        out += <usize>run << 2
        at += run
      }
    }
    if (++ox == outW) {
      ox = 0
      if (++oy == outH) {
        oy = 0
        image++
      }
    }
  }
}

@inline
function copyFloats(to: usize, from: usize, n: i32): void {
  const whole = <usize>(n & ~3) << 2
  const all = <usize>n << 2
  let i: usize = 0
  for (; i < whole; i += 16) v128.store(to + i, v128.load(from + i))
  for (; i < all; i += 4) store<f32>(to + i, load<f32>(from + i))
}

/**
 * Packs elements [from, from + depth) of the patches of `count` pixels as `packRows4` does. Four pixels side by side whose
 * patches lie inside the image are read in place, four rows of the input at once.
 */
function gatherPanels(x: usize, first: i32, count: i32, from: i32, depth: i32, out: usize): void {
  const inH = argument<i32>(IN_H), inW = argument<i32>(IN_W), inC = argument<i32>(IN_C)
  const outH = argument<i32>(OUT_H), outW = argument<i32>(OUT_W)
  const filterW = argument<i32>(FILTER_W)
  const strideW = argument<i32>(STRIDE_W)
  const rowLength = filterW * inC
  const apart = <usize>(strideW * inC) << 2
  const neighbours = argument<i32>(DILATION_W) == 1
  for (let p = 0; p < count; p += 4) {
    const pixel = first + p
    const ox = pixel % outW
    const x0 = ox * strideW - argument<i32>(LEFT)
    if (!neighbours || count - p < 4 || ox + 4 > outW || x0 < 0 || x0 + 3 * strideW + filterW > inW) {
      const rows = min(4, count - p)
      gather(x, pixel, rows, from, from + depth, strip())
      packRows4(strip(), rows, <usize>depth << 2, 4, depth, out)
      out += <usize>depth << 4
      continue
    }
    const y0 = ((pixel / outW) % outH) * argument<i32>(STRIDE_H) - argument<i32>(TOP)
    const base = x + (<usize>(pixel / (outW * outH)) * inH * inW * inC << 2)
    const to = from + depth
    for (let row = from / rowLength; row * rowLength < to; row++) {
      const begin = max(from - row * rowLength, 0)
      const run = min(to - row * rowLength, rowLength) - begin
      const y = y0 + row * argument<i32>(DILATION_H)
      if (<u32>y >= <u32>inH) memory.fill(out, 0, <usize>run << 4)
      else packRows4(base + (<usize>((y * inW + x0) * inC + begin) << 2), 4, apart, 4, run, out)
      out += <usize>run << 4
    }
  }
}

/** output[pixels × outC] = activation(patches · filter + bias). `bias` may be 0; `packed` has room for the filter. */
export function convolution(x: usize, filter: usize, bias: usize, out: usize, activation: i32, packed: usize): void {
  const outC = argument<i32>(OUT_C)
  packMatrix(filter, outC, patchLength(), <usize>outC << 2, 4, packed)
  setArgument<usize>(16, x)
  setArgument<usize>(17, packed)
  setArgument<usize>(18, bias)
  setArgument<usize>(19, out)
  setArgument<i32>(20, activation)
  const units = (pixelCount() + PIXELS - 1) / PIXELS
  parallel(CONVOLUTION, chunksFor(units, <f64>PIXELS * patchLength() * outC))
}

export function convolutionChunk(chunk: i32, chunks: i32): void {
  const x = argument<usize>(16)
  const packed = argument<usize>(17)
  const bias = argument<usize>(18)
  const out = argument<usize>(19)
  const activation = argument<i32>(20)
  const outC = argument<i32>(OUT_C)
  const length = patchLength()
  const pixels = pixelCount()
  const units = (pixels + PIXELS - 1) / PIXELS
  const last = min(pixels, firstUnit(chunk + 1, chunks, units) * PIXELS)
  const row = <usize>outC << 2
  for (let p = firstUnit(chunk, chunks, units) * PIXELS; p < last; p += PIXELS) {
    const count = min(PIXELS, last - p)
    const to = out + <usize>p * row
    for (let from = 0; from < length; from += BLOCK_K) {
      const depth = min(BLOCK_K, length - from)
      const final = from + depth == length
      gatherPanels(x, p, count, from, depth, patches())
      multiplyPanels(
        patches(), count, packed + packedBytes(outC, from), 32, <usize>depth << 5, outC, depth, to, row,
        from == 0, final ? bias : 0, final && activation == RELU,
      )
    }
    if (activation != LINEAR && activation != RELU) applyActivation(to, count * outC, activation)
  }
}

/**
 * dFilter[patch × outC] = patchesᵀ · dy. The batch is cut into `parts` whose sums are added in order, so that the result
 * does not depend on the number of threads; `partial` holds parts − 1 further filters.
 */
export function convolutionFilter(x: usize, dy: usize, dFilter: usize, partial: usize, parts: i32): void {
  setArgument<usize>(16, x)
  setArgument<usize>(17, dy)
  setArgument<usize>(18, dFilter)
  setArgument<usize>(19, partial)
  setArgument<i32>(20, parts)
  parallel(CONVOLUTION_FILTER, threads == 1 ? 1 : parts)
  const size = <usize>patchLength() * argument<i32>(OUT_C)
  for (let part = 1; part < parts; part++) addFloats(dFilter, partial + ((<usize>(part - 1) * size) << 2), <i32>size)
}

export function convolutionFilterChunk(chunk: i32, chunks: i32): void {
  const dFilter = argument<usize>(18)
  const partial = argument<usize>(19)
  const parts = argument<i32>(20)
  const pixels = pixelCount()
  const size = <usize>patchLength() * argument<i32>(OUT_C) << 2
  const end = firstUnit(chunk + 1, chunks, parts)
  for (let part = firstUnit(chunk, chunks, parts); part < end; part++) {
    const sum = part == 0 ? dFilter : partial + <usize>(part - 1) * size
    filterPart(sum, firstUnit(part, parts, pixels), firstUnit(part + 1, parts, pixels))
  }
}

/** The filter's gradient from pixels [first, last). Patches are packed as columns: their elements are the rows of A. */
function filterPart(sum: usize, first: i32, last: i32): void {
  const x = argument<usize>(16)
  const dy = argument<usize>(17)
  const outC = argument<i32>(OUT_C)
  const length = patchLength()
  const row = <usize>outC << 2
  // Channels of the output that the product's memory for B holds at this depth.
  const width = 512
  for (let from = 0; from < length; from += STRIP_DEPTH) {
    const depth = min(STRIP_DEPTH, length - from)
    const most = min(BLOCK_K, PATCH_FLOATS / ((depth + 3) & ~3))
    for (let p = first; p < last; p += most) {
      const count = min(most, last - p)
      for (let s = 0; s < count; s += STRIP_PIXELS) {
        const few = min(STRIP_PIXELS, count - s)
        gather(x, p + s, few, from, from + depth, strip())
        for (let i = 0; i < depth; i += 4) {
          const panel = patches() + (<usize>i * count << 2) + (<usize>s << 4)
          packRows4(strip() + (<usize>i << 2), min(4, depth - i), 4, <usize>depth << 2, few, panel)
        }
      }
      for (let c = 0; c < outC; c += width) {
        const columns = min(width, outC - c)
        packB(dy + <usize>p * row + (<usize>c << 2), columns, row, 4, count, packedB())
        multiplyPanels(
          patches(), depth, packedB(), 32, <usize>count << 5, columns, count,
          sum + <usize>from * row + (<usize>c << 2), row, p == first, 0, false,
        )
      }
    }
  }
  if (first == last) memory.fill(sum, 0, <usize>length * row)
}

/** dx = sum of the patches dy · filterᵀ at their places; `packed` has room for the filter. */
export function convolutionInput(dy: usize, filter: usize, dx: usize, packed: usize): void {
  const outC = argument<i32>(OUT_C)
  packMatrix(filter, patchLength(), outC, 4, <usize>outC << 2, packed)
  setArgument<usize>(16, dy)
  setArgument<usize>(17, packed)
  setArgument<usize>(18, dx)
  const pixels = argument<i32>(OUT_H) * argument<i32>(OUT_W)
  parallel(CONVOLUTION_INPUT, chunksFor(argument<i32>(BATCH), <f64>pixels * patchLength() * outC))
}

export function convolutionInputChunk(chunk: i32, chunks: i32): void {
  const dy = argument<usize>(16)
  const packed = argument<usize>(17)
  const dx = argument<usize>(18)
  const outC = argument<i32>(OUT_C)
  const length = patchLength()
  const image = <usize>argument<i32>(IN_H) * argument<i32>(IN_W) * argument<i32>(IN_C) << 2
  const pixels = argument<i32>(OUT_H) * argument<i32>(OUT_W)
  const row = <usize>outC << 2
  const most = max(1, min(PIXELS, PATCH_FLOATS / length))
  const batch = argument<i32>(BATCH)
  const end = firstUnit(chunk + 1, chunks, batch)
  for (let b = firstUnit(chunk, chunks, batch); b < end; b++) {
    memory.fill(dx + <usize>b * image, 0, image)
    for (let p = 0; p < pixels; p += most) {
      const count = min(most, pixels - p)
      const first = b * pixels + p
      gemmPacked(
        dy + <usize>first * row, row, 4, packed, patches(), <usize>length << 2, count, length, outC, false, 0, false,
      )
      scatter(patches(), first, count, 0, length, dx)
    }
  }
}

/** Adds elements [from, to) of each pixel's patch to the input elements they came from: the transpose of `gather`. */
function scatter(source: usize, first: i32, count: i32, from: i32, to: i32, x: usize): void {
  const inH = argument<i32>(IN_H), inW = argument<i32>(IN_W), inC = argument<i32>(IN_C)
  const outH = argument<i32>(OUT_H), outW = argument<i32>(OUT_W)
  const filterW = argument<i32>(FILTER_W)
  const strideH = argument<i32>(STRIDE_H), strideW = argument<i32>(STRIDE_W)
  const dilationH = argument<i32>(DILATION_H), dilationW = argument<i32>(DILATION_W)
  const top = argument<i32>(TOP), left = argument<i32>(LEFT)
  const rowLength = filterW * inC
  let ox = first % outW
  let oy = (first / outW) % outH
  let image = first / (outW * outH)
  for (let p = 0; p < count; p++) {
    const y0 = oy * strideH - top
    const x0 = ox * strideW - left
    const base = x + (<usize>image * inH * inW * inC << 2)
    for (let row = from / rowLength; row * rowLength < to; row++) {
      const begin = max(from - row * rowLength, 0)
      const end = min(to - row * rowLength, rowLength)
      const y = y0 + row * dilationH
      if (<u32>y >= <u32>inH) {
        source += <usize>(end - begin) << 2
        continue
      }
      const line = base + (<usize>y * inW * inC << 2)
      if (dilationW == 1 && x0 >= 0 && x0 + filterW <= inW) {
        addFloats(line + (<usize>(x0 * inC + begin) << 2), source, end - begin)
        source += <usize>(end - begin) << 2
        continue
      }
      let at = begin
      while (at < end) {
        const tap = at / inC
        const run = min(end, (tap + 1) * inC) - at
        const column = x0 + tap * dilationW
        if (<u32>column < <u32>inW) addFloats(line + (<usize>(column * inC + at - tap * inC) << 2), source, run)
        source += <usize>run << 2
        at += run
      }
    }
    if (++ox == outW) {
      ox = 0
      if (++oy == outH) {
        oy = 0
        image++
      }
    }
  }
}

@inline
function addFloats(to: usize, from: usize, n: i32): void {
  const whole = <usize>(n & ~3) << 2
  const all = <usize>n << 2
  let i: usize = 0
  for (; i < whole; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)))
  for (; i < all; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(from + i))
}
