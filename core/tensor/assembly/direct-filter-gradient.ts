// The filter's gradient of a convolution without patches, for batches of images: dFilter = Σ x · dy over the pixels and
// images in which an element of the filter met the input. Threads divide the filter's elements, so sums do not depend on them.

import { DIRECT_CONVOLUTION_FILTER } from './dispatch'
import { fourChannels, oneChannel, wideFourChannels } from './filter-tiles'
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
  patchLength,
  STRIDE_H,
  STRIDE_W,
  TOP,
} from './patches'
import { argument, chunksFor, firstUnit, parallel, setArgument, wide } from './threads'

/** Bytes of x and dy that the elements of the filter go over one after the other. */
const BLOCK_BYTES: i32 = 48 * 1024
/** Where fewer images than this would go together, single ones do, by strips of this size. */
const LEAST_IMAGES: i32 = 8
const STRIP_BYTES: i32 = 24 * 1024

/** dFilter from x and dy; the output's channels are a multiple of eight. */
export function directConvolutionFilter(x: usize, dy: usize, dFilter: usize): void {
  const taps = argument<i32>(FILTER_H) * argument<i32>(FILTER_W)
  const outC = argument<i32>(OUT_C)
  setArgument<usize>(16, x)
  setArgument<usize>(17, dy)
  setArgument<usize>(18, dFilter)
  if (argument<i32>(BATCH) === 0) {
    memory.fill(dFilter, 0, (<usize>(patchLength() * outC)) << 2)
    return
  }
  const pixels = <f64>argument<i32>(BATCH) * argument<i32>(OUT_H) * argument<i32>(OUT_W)
  const units = taps * channelGroups()
  parallel(DIRECT_CONVOLUTION_FILTER, chunksFor(units, pixels * outC * min(4, argument<i32>(IN_C))))
}

/** Channels of the input are taken four at a time, those left over singly. */
// @inline
function channelGroups(): i32 {
  const inC = argument<i32>(IN_C)
  return (inC >> 2) + (inC & 3)
}

export function directConvolutionFilterChunk(chunk: i32, chunks: i32): void {
  const x = argument<usize>(16)
  const dy = argument<usize>(17)
  const batch = argument<i32>(BATCH)
  const inImage = (argument<i32>(IN_H) * argument<i32>(IN_W) * argument<i32>(IN_C)) << 2
  const outImage = (argument<i32>(OUT_H) * argument<i32>(OUT_W) * argument<i32>(OUT_C)) << 2
  const units = argument<i32>(FILTER_H) * argument<i32>(FILTER_W) * channelGroups()
  const begin = firstUnit(chunk, chunks, units)
  const end = firstUnit(chunk + 1, chunks, units)
  const few = BLOCK_BYTES / (inImage + outImage)
  if (few < LEAST_IMAGES) {
    // Large images: some rows of one, which stay in the first-level cache for all elements.
    const row = (inImage / argument<i32>(IN_H)) * argument<i32>(STRIDE_H) + outImage / argument<i32>(OUT_H)
    const outH = argument<i32>(OUT_H)
    const rows = max(1, STRIP_BYTES / row)
    for (let image = 0; image < batch; image++) {
      const from = x + <usize>image * inImage
      const to = dy + <usize>image * outImage
      for (let first = 0; first < outH; first += rows) {
        const last = min(outH, first + rows)
        const overwrite = image === 0 && first === 0
        for (let unit = begin; unit < end; unit++) elements(unit, from, 0, to, 0, 1, first, last, overwrite)
      }
    }
    return
  }
  const block = few & ~3
  for (let first = 0; first < batch; first += block) {
    const images = min(block, batch - first)
    for (let unit = begin; unit < end; unit++) {
      elements(
        unit,
        x + <usize>first * inImage,
        <usize>inImage,
        dy + <usize>first * outImage,
        <usize>outImage,
        images,
        0,
        argument<i32>(OUT_H),
        first === 0,
      )
    }
  }
}

/** The sums of one tap and one group of channels over some images, from output rows [first, last). */
function elements(
  unit: i32,
  x: usize,
  inImage: usize,
  dy: usize,
  outImage: usize,
  images: i32,
  first: i32,
  last: i32,
  overwrite: bool,
): void {
  const inH = argument<i32>(IN_H),
    inW = argument<i32>(IN_W),
    inC = argument<i32>(IN_C)
  const outW = argument<i32>(OUT_W),
    outC = argument<i32>(OUT_C)
  const strideH = argument<i32>(STRIDE_H),
    strideW = argument<i32>(STRIDE_W)
  const groups = channelGroups()
  const tap = unit / groups
  const group = unit % groups
  const fours = inC >> 2
  const c = group < fours ? group << 2 : (fours << 2) + group - fours
  const down = (tap / argument<i32>(FILTER_W)) * argument<i32>(DILATION_H) - argument<i32>(TOP)
  const along = (tap % argument<i32>(FILTER_W)) * argument<i32>(DILATION_W) - argument<i32>(LEFT)
  // Output pixels [top, bottom) × [left, right) lie where the tap meets the input.
  const top = max(first, firstMeeting(down, strideH)),
    bottom = min(last, lastMeeting(down, strideH, inH))
  const left = firstMeeting(along, strideW),
    right = min(outW, lastMeeting(along, strideW, inW))
  const rows = max(0, bottom - top),
    columns = max(0, right - left)
  const from = x + ((<usize>(((top * strideH + down) * inW + left * strideW + along) * inC + c)) << 2)
  const gradients = dy + ((<usize>((top * outW + left) * outC)) << 2)
  const sum = argument<usize>(18) + ((<usize>((tap * inC + c) * outC)) << 2)
  const xRow = (<usize>(strideH * inW * inC)) << 2,
    xColumn = (<usize>(strideW * inC)) << 2
  const dyRow = (<usize>(outW * outC)) << 2,
    dyColumn = (<usize>outC) << 2
  // The innermost loop goes over images, or along a row where there is but one.
  const single = images === 1
  const length = single ? columns : images
  const lines = single ? rows : columns
  const xLine = single ? xRow : xColumn,
    dyLine = single ? dyRow : dyColumn
  const xNext = single ? xColumn : inImage,
    dyNext = single ? dyColumn : outImage
  const blocks = single ? 1 : rows
  let j: usize = 0
  if (wide() && group < fours) {
    for (; j + 64 <= dyColumn; j += 64) {
      const at = gradients + j
      wideFourChannels(from, at, blocks, lines, length, xRow, xLine, xNext, dyRow, dyLine, dyNext, sum + j, dyColumn, overwrite)
    }
  }
  for (; j < dyColumn; j += 32) {
    const at = gradients + j
    if (group < fours) {
      fourChannels(from, at, blocks, lines, length, xRow, xLine, xNext, dyRow, dyLine, dyNext, sum + j, dyColumn, overwrite)
    } else oneChannel(from, at, blocks, lines, length, xRow, xLine, xNext, dyRow, dyLine, dyNext, sum + j, overwrite)
  }
}

/** The first output whose tap, `offset` from its place in the input, is not before it. */
// @inline
function firstMeeting(offset: i32, stride: i32): i32 {
  return offset >= 0 ? 0 : (stride - 1 - offset) / stride
}

/** The first output behind that whose tap is past the input. */
// @inline
function lastMeeting(offset: i32, stride: i32, length: i32): i32 {
  return offset >= length ? 0 : (length - offset + stride - 1) / stride
}
