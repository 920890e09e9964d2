// 2-D convolution without patches, for batches of images. A register tile is the same pixel of four images: they meet
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
import { addRun, multiplyRuns } from './run-products'
import { argument, chunksFor, firstUnit, parallel, setArgument } from './threads'

/** Most images that go together: they share what is found out about a pixel, and a panel of the filter. */
const IMAGES: i32 = 16

// @inline
function imageBlocks(): i32 {
  return (argument<i32>(BATCH) + IMAGES - 1) / IMAGES
}

/** Images of a block: whole register tiles, and as even as can be, since threads share blocks and rows. */
// @inline
function imagesTogether(): i32 {
  const blocks = imageBlocks()
  return blocks === 0 ? IMAGES : ((argument<i32>(BATCH) + blocks - 1) / blocks + 3) & ~3
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
  const together = imagesTogether()
  const units = imageBlocks() * outH
  const end = firstUnit(chunk + 1, chunks, units)
  for (let unit = firstUnit(chunk, chunks, units); unit < end; unit++) {
    const first = (unit / outH) * together
    const images = min(together, argument<i32>(BATCH) - first)
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
  const together = imagesTogether()
  const units = imageBlocks() * inH
  const end = firstUnit(chunk + 1, chunks, units)
  for (let unit = firstUnit(chunk, chunks, units); unit < end; unit++) {
    const first = (unit / inH) * together
    const images = min(together, argument<i32>(BATCH) - first)
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
