// 2-D convolution as matrix products over patches, which are gathered into panels as the product needs them:
// output = patches · filter. Filters are height × width × in × out.

import { applyActivation, LINEAR, RELU } from './activation'
import { CONVOLUTION, CONVOLUTION_FILTER, CONVOLUTION_INPUT } from './dispatch'
import { gemmPacked, packedB } from './gemm'
import { BLOCK_K, packB, packedBytes, packMatrix, packRows4 } from './packing'
import {
  addFloats,
  BATCH,
  gather,
  gatherPanels,
  IN_C,
  IN_H,
  IN_W,
  OUT_C,
  OUT_H,
  OUT_W,
  PATCH_FLOATS,
  patches,
  patchLength,
  pixelCount,
  STRIP_DEPTH,
  STRIP_PIXELS,
  scatter,
  strip,
} from './patches'
import { argument, chunksFor, firstUnit, parallel, setArgument, threads } from './threads'
import { multiplyPanels } from './tile'

/** Pixels whose patches are formed at a time. */
const PIXELS: i32 = 64

/** output[pixels × outC] = activation(patches · filter + bias). `bias` may be 0; `packed` has room for the filter. */
export function convolution(x: usize, filter: usize, bias: usize, out: usize, activation: i32, packed: usize): void {
  const outC = argument<i32>(OUT_C)
  packMatrix(filter, outC, patchLength(), (<usize>outC) << 2, 4, packed)
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
  const row = (<usize>outC) << 2
  for (let p = firstUnit(chunk, chunks, units) * PIXELS; p < last; p += PIXELS) {
    const count = min(PIXELS, last - p)
    const to = out + <usize>p * row
    for (let from = 0; from < length; from += BLOCK_K) {
      const depth = min(BLOCK_K, length - from)
      const final = from + depth === length
      gatherPanels(x, p, count, from, depth, patches())
      multiplyPanels(
        patches(),
        count,
        packed + packedBytes(outC, from),
        32,
        (<usize>depth) << 5,
        outC,
        depth,
        to,
        row,
        from === 0,
        final ? bias : 0,
        final && activation === RELU,
      )
    }
    if (activation !== LINEAR && activation !== RELU) applyActivation(to, count * outC, activation)
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
  parallel(CONVOLUTION_FILTER, threads === 1 ? 1 : parts)
  const size = <usize>patchLength() * argument<i32>(OUT_C)
  for (let part = 1; part < parts; part++) addFloats(dFilter, partial + ((<usize>(part - 1) * size) << 2), <i32>size)
}

export function convolutionFilterChunk(chunk: i32, chunks: i32): void {
  const dFilter = argument<usize>(18)
  const partial = argument<usize>(19)
  const parts = argument<i32>(20)
  const pixels = pixelCount()
  const size = (<usize>patchLength() * argument<i32>(OUT_C)) << 2
  const end = firstUnit(chunk + 1, chunks, parts)
  for (let part = firstUnit(chunk, chunks, parts); part < end; part++) {
    const sum = part === 0 ? dFilter : partial + <usize>(part - 1) * size
    filterPart(sum, firstUnit(part, parts, pixels), firstUnit(part + 1, parts, pixels))
  }
}

/** The filter's gradient from pixels [first, last). Patches are packed as columns: their elements are the rows of A. */
function filterPart(sum: usize, first: i32, last: i32): void {
  const x = argument<usize>(16)
  const dy = argument<usize>(17)
  const outC = argument<i32>(OUT_C)
  const length = patchLength()
  const row = (<usize>outC) << 2
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
          const panel = patches() + ((<usize>i * count) << 2) + ((<usize>s) << 4)
          packRows4(strip() + ((<usize>i) << 2), min(4, depth - i), 4, (<usize>depth) << 2, few, panel)
        }
      }
      for (let c = 0; c < outC; c += width) {
        const columns = min(width, outC - c)
        packB(dy + <usize>p * row + ((<usize>c) << 2), columns, row, 4, count, packedB())
        multiplyPanels(
          patches(),
          depth,
          packedB(),
          32,
          (<usize>count) << 5,
          columns,
          count,
          sum + <usize>from * row + ((<usize>c) << 2),
          row,
          p === first,
          0,
          false,
        )
      }
    }
  }
  if (first === last) memory.fill(sum, 0, <usize>length * row)
}

/** dx = sum of the patches dy · filterᵀ at their places; `packed` has room for the filter. */
export function convolutionInput(dy: usize, filter: usize, dx: usize, packed: usize): void {
  const outC = argument<i32>(OUT_C)
  packMatrix(filter, patchLength(), outC, 4, (<usize>outC) << 2, packed)
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
  const image = (<usize>argument<i32>(IN_H) * argument<i32>(IN_W) * argument<i32>(IN_C)) << 2
  const pixels = argument<i32>(OUT_H) * argument<i32>(OUT_W)
  const row = (<usize>outC) << 2
  const most = max(1, min(PIXELS, PATCH_FLOATS / length))
  const batch = argument<i32>(BATCH)
  const end = firstUnit(chunk + 1, chunks, batch)
  for (let b = firstUnit(chunk, chunks, batch); b < end; b++) {
    memory.fill(dx + <usize>b * image, 0, image)
    for (let p = 0; p < pixels; p += most) {
      const count = min(most, pixels - p)
      const first = b * pixels + p
      gemmPacked(dy + <usize>first * row, row, 4, packed, patches(), (<usize>length) << 2, count, length, outC, false, 0, false)
      scatter(patches(), first, count, 0, length, dx)
    }
  }
}
