// 2-D convolution without patches, for batches of small images. A register tile is the same pixel of four images: they meet
// the border of the image alike, so what lies beyond it is left out instead of being multiplied as zeros (more than half of
// the work where 3×3 images are padded), and their inputs are read where they are.

import { applyActivation, LINEAR, RELU } from './activation'
import { DIRECT_CONVOLUTION, DIRECT_CONVOLUTION_INPUT } from './dispatch'
import { packB } from './packing'
import {
  BATCH,
  DILATION_H,
  DILATION_W,
  FILTER_H,
  FILTER_W,
  IN_C,
  IN_H,
  IN_W,
  LEFT,
  OUT_C,
  OUT_H,
  OUT_W,
  patches,
  patchLength,
  STRIDE_H,
  STRIDE_W,
  TOP,
} from './patches'
import { scratch } from './scratch'
import { madd } from './simd'
import { argument, chunksFor, firstUnit, parallel, setArgument } from './threads'

/** Images that go together: they share what is found out about a pixel, and stay in the first-level cache. */
const IMAGES: i32 = 16

/**
 * A run: consecutive elements of an image that meet consecutive rows of the packed filter. Three words: where it begins in
 * the image and in a panel of the filter, both in bytes, and its length. The runs of a pixel are its sum, in order.
 */
const RUN_BYTES: usize = 12

// @inline
function addRun(at: usize, image: i32, panel: i32, length: i32): usize {
  store<i32>(at, image << 2, 0)
  store<i32>(at, panel << 5, 4)
  store<i32>(at, length, 8)
  return at + RUN_BYTES
}

// @inline
function imageBlocks(): i32 {
  return (argument<i32>(BATCH) + IMAGES - 1) / IMAGES
}

/** y = activation(x ∗ filter + bias). `bias` may be 0; `packed` has room for the filter in panels of eight columns. */
export function directConvolution(x: usize, filter: usize, bias: usize, y: usize, activation: i32, packed: usize): void {
  const outC = argument<i32>(OUT_C)
  packB(filter, outC, (<usize>outC) << 2, 4, patchLength(), packed)
  setArgument<usize>(16, x)
  setArgument<usize>(17, packed)
  setArgument<usize>(18, bias)
  setArgument<usize>(19, y)
  setArgument<i32>(20, activation)
  const work = <f64>IMAGES * argument<i32>(OUT_W) * patchLength() * outC
  parallel(DIRECT_CONVOLUTION, chunksFor(imageBlocks() * argument<i32>(OUT_H), work))
}

export function directConvolutionChunk(chunk: i32, chunks: i32): void {
  const x = argument<usize>(16)
  const packed = argument<usize>(17)
  const bias = argument<usize>(18)
  const y = argument<usize>(19)
  const activation = argument<i32>(20)
  const outH = argument<i32>(OUT_H),
    outW = argument<i32>(OUT_W),
    outC = argument<i32>(OUT_C)
  const inImage = (<usize>argument<i32>(IN_H) * argument<i32>(IN_W) * argument<i32>(IN_C)) << 2
  const outImage = (<usize>outH * outW * outC) << 2
  const panelBytes = (<usize>patchLength()) << 5
  const units = imageBlocks() * outH
  const end = firstUnit(chunk + 1, chunks, units)
  for (let unit = firstUnit(chunk, chunks, units); unit < end; unit++) {
    const first = (unit / outH) * IMAGES
    const images = min(IMAGES, argument<i32>(BATCH) - first)
    const from = x + <usize>first * inImage
    const to = y + <usize>first * outImage + ((<usize>((unit % outH) * outW * outC)) << 2)
    for (let ox = 0; ox < outW; ox++) {
      const runs = forwardRuns(unit % outH, ox)
      multiplyRuns(
        from,
        inImage,
        images,
        patches(),
        runs,
        packed,
        panelBytes,
        outC,
        to + ((<usize>(ox * outC)) << 2),
        outImage,
        bias,
        activation === RELU,
      )
    }
    if (activation === LINEAR || activation === RELU) continue
    for (let i: usize = 0; i < <usize>images; i++) applyActivation(to + i * outImage, outW * outC, activation)
  }
}

/** Writes the runs of an output pixel, one for each row of the filter (for each of its taps when dilated); returns their end. */
function forwardRuns(oy: i32, ox: i32): usize {
  const inH = argument<i32>(IN_H),
    inW = argument<i32>(IN_W),
    inC = argument<i32>(IN_C)
  const filterH = argument<i32>(FILTER_H),
    filterW = argument<i32>(FILTER_W)
  const dilationW = argument<i32>(DILATION_W)
  const x0 = ox * argument<i32>(STRIDE_W) - argument<i32>(LEFT)
  let at = patches()
  for (let fy = 0; fy < filterH; fy++) {
    const iy = oy * argument<i32>(STRIDE_H) - argument<i32>(TOP) + fy * argument<i32>(DILATION_H)
    if (<u32>iy >= <u32>inH) continue
    if (dilationW === 1) {
      const from = max(0, -x0)
      const to = min(filterW, inW - x0)
      if (from < to) at = addRun(at, (iy * inW + x0 + from) * inC, (fy * filterW + from) * inC, (to - from) * inC)
      continue
    }
    for (let fx = 0; fx < filterW; fx++) {
      const ix = x0 + fx * dilationW
      if (<u32>ix < <u32>inW) at = addRun(at, (iy * inW + ix) * inC, (fy * filterW + fx) * inC, inC)
    }
  }
  return at
}

/** dx from dy: each input pixel is a sum over the outputs it took part in. `packed` has room for the filter, transposed. */
export function directConvolutionInput(dy: usize, filter: usize, dx: usize, packed: usize): void {
  const inC = argument<i32>(IN_C),
    outC = argument<i32>(OUT_C)
  const taps = argument<i32>(FILTER_H) * argument<i32>(FILTER_W)
  const tapBytes = (<usize>((inC + 7) & ~7) * outC) << 2
  for (let tap: usize = 0; tap < <usize>taps; tap++) {
    packB(filter + ((tap * inC * outC) << 2), inC, 4, (<usize>outC) << 2, outC, packed + tap * tapBytes)
  }
  setArgument<usize>(16, dy)
  setArgument<usize>(17, packed)
  setArgument<usize>(18, dx)
  const strides = argument<i32>(STRIDE_H) * argument<i32>(STRIDE_W)
  const work = (<f64>IMAGES * argument<i32>(IN_W) * patchLength() * outC) / strides
  parallel(DIRECT_CONVOLUTION_INPUT, chunksFor(imageBlocks() * argument<i32>(IN_H), work))
}

export function directConvolutionInputChunk(chunk: i32, chunks: i32): void {
  const dy = argument<usize>(16)
  const packed = argument<usize>(17)
  const dx = argument<usize>(18)
  const inH = argument<i32>(IN_H),
    inW = argument<i32>(IN_W),
    inC = argument<i32>(IN_C)
  const outC = argument<i32>(OUT_C)
  const inImage = (<usize>inH * inW * inC) << 2
  const outImage = (<usize>argument<i32>(OUT_H) * argument<i32>(OUT_W) * outC) << 2
  const units = imageBlocks() * inH
  const end = firstUnit(chunk + 1, chunks, units)
  for (let unit = firstUnit(chunk, chunks, units); unit < end; unit++) {
    const first = (unit / inH) * IMAGES
    const images = min(IMAGES, argument<i32>(BATCH) - first)
    const from = dy + <usize>first * outImage
    const to = dx + <usize>first * inImage + ((<usize>((unit % inH) * inW * inC)) << 2)
    for (let ix = 0; ix < inW; ix++) {
      const runs = backwardRuns(unit % inH, ix)
      multiplyRuns(
        from,
        outImage,
        images,
        patches(),
        runs,
        packed,
        (<usize>outC) << 5,
        inC,
        to + ((<usize>(ix * inC)) << 2),
        inImage,
        0,
        false,
      )
    }
  }
}

/** Writes the runs of an input pixel, one for each tap of the filter that met it; returns their end. */
function backwardRuns(iy: i32, ix: i32): usize {
  const outH = argument<i32>(OUT_H),
    outW = argument<i32>(OUT_W),
    outC = argument<i32>(OUT_C)
  const filterH = argument<i32>(FILTER_H),
    filterW = argument<i32>(FILTER_W)
  const strideH = argument<i32>(STRIDE_H),
    strideW = argument<i32>(STRIDE_W)
  const panels = (argument<i32>(IN_C) + 7) >> 3
  let at = patches()
  for (let fy = 0; fy < filterH; fy++) {
    const down = iy + argument<i32>(TOP) - fy * argument<i32>(DILATION_H)
    const oy = down / strideH
    if (down < 0 || oy >= outH || oy * strideH !== down) continue
    for (let fx = 0; fx < filterW; fx++) {
      const along = ix + argument<i32>(LEFT) - fx * argument<i32>(DILATION_W)
      const ox = along / strideW
      if (along < 0 || ox >= outW || ox * strideW !== along) continue
      at = addRun(at, (oy * outW + ox) * outC, (fy * filterW + fx) * panels * outC, outC)
    }
  }
  return at
}

/** One pixel of some images: c[columns] = Σ over runs of image · packed + bias, with ReLU when asked for. */
function multiplyRuns(
  image: usize,
  imageBytes: usize,
  images: i32,
  runs: usize,
  end: usize,
  packed: usize,
  panelBytes: usize,
  columns: i32,
  c: usize,
  cBytes: usize,
  bias: usize,
  relu: bool,
): void {
  const beside = scratch
  for (let j = 0; j < columns; j += 8) {
    const width = min(8, columns - j)
    let biasHere: usize = 0
    if (bias !== 0) {
      biasHere = bias + ((<usize>j) << 2)
      if (width < 8) {
        // What lies behind the bias is not ours to read.
        memory.copy(beside + 128, biasHere, (<usize>width) << 2)
        biasHere = beside + 128
      }
    }
    for (let i = 0; i < images; i += 4) {
      const rows = min(4, images - i)
      const from = image + <usize>i * imageBytes
      const to = c + <usize>i * cBytes + ((<usize>j) << 2)
      if (rows === 4 && width === 8) {
        runTile(from, imageBytes, 2 * imageBytes, 3 * imageBytes, runs, end, packed, to, cBytes, biasHere, relu)
        continue
      }
      // Computed whole beside c, missing images as the last one again, and what exists carried over.
      const last = <usize>(rows - 1)
      runTile(
        from,
        min<usize>(1, last) * imageBytes,
        min<usize>(2, last) * imageBytes,
        last * imageBytes,
        runs,
        end,
        packed,
        beside,
        32,
        biasHere,
        relu,
      )
      for (let row: usize = 0; row <= last; row++) {
        memory.copy(to + row * cBytes, beside + (row << 5), (<usize>width) << 2)
      }
    }
    packed += panelBytes
  }
}

/** Four images × eight columns. */
function runTile(
  image: usize,
  second: usize,
  third: usize,
  fourth: usize,
  runs: usize,
  end: usize,
  panel: usize,
  c: usize,
  cBytes: usize,
  bias: usize,
  relu: bool,
): void {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00
  for (; runs < end; runs += RUN_BYTES) {
    let p0 = image + load<u32>(runs, 0)
    let p1 = p0 + second
    let p2 = p0 + third
    let p3 = p0 + fourth
    let b = panel + load<u32>(runs, 4)
    for (let left = load<i32>(runs, 8); left > 0; left--) {
      const b0 = v128.load(b, 0)
      const b1 = v128.load(b, 16)
      b += 32
      let x = v128.load32_splat(p0)
      c00 = madd(x, b0, c00)
      c01 = madd(x, b1, c01)
      x = v128.load32_splat(p1)
      c10 = madd(x, b0, c10)
      c11 = madd(x, b1, c11)
      x = v128.load32_splat(p2)
      c20 = madd(x, b0, c20)
      c21 = madd(x, b1, c21)
      x = v128.load32_splat(p3)
      c30 = madd(x, b0, c30)
      c31 = madd(x, b1, c31)
      p0 += 4
      p1 += 4
      p2 += 4
      p3 += 4
    }
  }
  if (bias !== 0) {
    const v0 = v128.load(bias, 0)
    const v1 = v128.load(bias, 16)
    c00 = f32x4.add(c00, v0)
    c01 = f32x4.add(c01, v1)
    c10 = f32x4.add(c10, v0)
    c11 = f32x4.add(c11, v1)
    c20 = f32x4.add(c20, v0)
    c21 = f32x4.add(c21, v1)
    c30 = f32x4.add(c30, v0)
    c31 = f32x4.add(c31, v1)
  }
  if (relu) {
    const zero = f32x4.splat(0)
    c00 = f32x4.pmax(c00, zero)
    c01 = f32x4.pmax(c01, zero)
    c10 = f32x4.pmax(c10, zero)
    c11 = f32x4.pmax(c11, zero)
    c20 = f32x4.pmax(c20, zero)
    c21 = f32x4.pmax(c21, zero)
    c30 = f32x4.pmax(c30, zero)
    c31 = f32x4.pmax(c31, zero)
  }
  v128.store(c, c00, 0)
  v128.store(c, c01, 16)
  c += cBytes
  v128.store(c, c10, 0)
  v128.store(c, c11, 16)
  c += cBytes
  v128.store(c, c20, 0)
  v128.store(c, c21, 16)
  c += cBytes
  v128.store(c, c30, 0)
  v128.store(c, c31, 16)
}
