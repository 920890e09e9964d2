// Pooling over windows of NHWC tensors, vectorised over channels.

import { load1, loadPart, store1, storePart } from './activation'
import { AVERAGE_POOL, AVERAGE_POOL_GRADIENT, MAX_POOL, MAX_POOL_GRADIENT } from './dispatch'
import { greatestOfQuads, spreadToQuads } from './pooling-quads'
import { argument, chunksFor, firstUnit, parallel, setArgument } from './threads'

const BATCH = 0,
  IN_H = 1,
  IN_W = 2,
  CHANNELS = 3,
  OUT_H = 4,
  OUT_W = 5,
  WINDOW_H = 6,
  WINDOW_W = 7
const STRIDE_H = 8,
  STRIDE_W = 9,
  DILATION_H = 10,
  DILATION_W = 11,
  TOP = 12,
  LEFT = 13

/** Sets the geometry for the pooling kernel called next; `top` and `left` are the padding. */
export function poolingGeometry(
  batch: i32,
  inH: i32,
  inW: i32,
  channels: i32,
  outH: i32,
  outW: i32,
  windowH: i32,
  windowW: i32,
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
  setArgument<i32>(CHANNELS, channels)
  setArgument<i32>(OUT_H, outH)
  setArgument<i32>(OUT_W, outW)
  setArgument<i32>(WINDOW_H, windowH)
  setArgument<i32>(WINDOW_W, windowW)
  setArgument<i32>(STRIDE_H, strideH)
  setArgument<i32>(STRIDE_W, strideW)
  setArgument<i32>(DILATION_H, dilationH)
  setArgument<i32>(DILATION_W, dilationW)
  setArgument<i32>(TOP, top)
  setArgument<i32>(LEFT, left)
}

function start(kernel: i32, a: usize, b: usize, c: usize, d: usize, units: i32): void {
  setArgument<usize>(16, a)
  setArgument<usize>(17, b)
  setArgument<usize>(18, c)
  setArgument<usize>(19, d)
  const window = argument<i32>(WINDOW_H) * argument<i32>(WINDOW_W)
  const lines = (argument<i32>(BATCH) * argument<i32>(OUT_H)) / max(1, units)
  parallel(kernel, chunksFor(units, <f64>lines * argument<i32>(OUT_W) * argument<i32>(CHANNELS) * window * 2))
}

/** y = greatest element of each window; padding does not count. */
export function maxPool(x: usize, y: usize): void {
  start(MAX_POOL, x, y, 0, 0, argument<i32>(BATCH) * argument<i32>(OUT_H))
}

/** y = mean over the elements of each window that lie inside the input. */
export function averagePool(x: usize, y: usize): void {
  start(AVERAGE_POOL, x, y, 0, 0, argument<i32>(BATCH) * argument<i32>(OUT_H))
}

/** dx = dy at the first greatest element of each window (in row order); overlapping windows add up. */
export function maxPoolGradient(x: usize, y: usize, dy: usize, dx: usize): void {
  start(MAX_POOL_GRADIENT, x, y, dy, dx, argument<i32>(BATCH))
}

/** dx = dy shared evenly among the elements of each window that lie inside the input. */
export function averagePoolGradient(dy: usize, dx: usize): void {
  start(AVERAGE_POOL_GRADIENT, 0, 0, dy, dx, argument<i32>(BATCH))
}

/** Whether the windows are those of `pooling-quads.ts`. */
function areQuads(): bool {
  return (
    argument<i32>(WINDOW_H) === 2 &&
    argument<i32>(WINDOW_W) === 2 &&
    argument<i32>(STRIDE_H) === 2 &&
    argument<i32>(STRIDE_W) === 2 &&
    argument<i32>(DILATION_H) === 1 &&
    argument<i32>(DILATION_W) === 1 &&
    argument<i32>(TOP) === 0 &&
    argument<i32>(LEFT) === 0 &&
    2 * argument<i32>(OUT_H) <= argument<i32>(IN_H) &&
    2 * argument<i32>(OUT_W) <= argument<i32>(IN_W) &&
    (argument<i32>(CHANNELS) & 3) === 0
  )
}

export function maxPoolChunk(chunk: i32, chunks: i32): void {
  pool(chunk, chunks, true)
}

export function averagePoolChunk(chunk: i32, chunks: i32): void {
  pool(chunk, chunks, false)
}

function pool(chunk: i32, chunks: i32, greatest: bool): void {
  const x = argument<usize>(16)
  const y = argument<usize>(17)
  const inH = argument<i32>(IN_H),
    inW = argument<i32>(IN_W),
    channels = argument<i32>(CHANNELS)
  const outH = argument<i32>(OUT_H),
    outW = argument<i32>(OUT_W)
  const windowH = argument<i32>(WINDOW_H),
    windowW = argument<i32>(WINDOW_W)
  const dilationH = argument<i32>(DILATION_H),
    dilationW = argument<i32>(DILATION_W)
  const pixel = (<usize>channels) << 2
  const whole = (<usize>(channels & ~3)) << 2
  const lines = argument<i32>(BATCH) * outH
  const quads = greatest && areQuads()
  const end = firstUnit(chunk + 1, chunks, lines)
  for (let line = firstUnit(chunk, chunks, lines); line < end; line++) {
    const image = x + <usize>(line / outH) * inH * inW * pixel
    const y0 = (line % outH) * argument<i32>(STRIDE_H) - argument<i32>(TOP)
    if (quads) {
      const row = <usize>inW * pixel
      greatestOfQuads(image + <usize>y0 * row, row, pixel, y + <usize>line * outW * pixel, outW)
      continue
    }
    for (let ox = 0; ox < outW; ox++) {
      const x0 = ox * argument<i32>(STRIDE_W) - argument<i32>(LEFT)
      const out = y + (<usize>line * outW + ox) * pixel
      const initial = f32x4.splat(greatest ? -Infinity : 0)
      let c: usize = 0
      while (c < pixel) {
        const vector = c < whole
        let result = initial
        let count: f32 = 0
        for (let r = 0; r < windowH; r++) {
          const row = y0 + r * dilationH
          if (<u32>row >= <u32>inH) continue
          for (let s = 0; s < windowW; s++) {
            const column = x0 + s * dilationW
            if (<u32>column >= <u32>inW) continue
            const at = image + (<usize>row * inW + column) * pixel + c
            const value = loadPart(at, vector)
            result = greatest ? f32x4.max(result, value) : f32x4.add(result, value)
            count++
          }
        }
        if (!greatest) result = f32x4.div(result, f32x4.splat(count))
        storePart(out + c, result, vector)
        c += vector ? 16 : 4
      }
    }
  }
}

export function maxPoolGradientChunk(chunk: i32, chunks: i32): void {
  spread(chunk, chunks, true)
}

export function averagePoolGradientChunk(chunk: i32, chunks: i32): void {
  spread(chunk, chunks, false)
}

function spread(chunk: i32, chunks: i32, greatest: bool): void {
  const x = argument<usize>(16)
  const y = argument<usize>(17)
  const dy = argument<usize>(18)
  const dx = argument<usize>(19)
  const inH = argument<i32>(IN_H),
    inW = argument<i32>(IN_W),
    channels = argument<i32>(CHANNELS)
  const outH = argument<i32>(OUT_H),
    outW = argument<i32>(OUT_W)
  const windowH = argument<i32>(WINDOW_H),
    windowW = argument<i32>(WINDOW_W)
  const dilationH = argument<i32>(DILATION_H),
    dilationW = argument<i32>(DILATION_W)
  const pixel = (<usize>channels) << 2
  const whole = (<usize>(channels & ~3)) << 2
  const imageBytes = <usize>inH * inW * pixel
  const batch = argument<i32>(BATCH)
  const quads = greatest && areQuads()
  const covered = quads && 2 * outH === inH && 2 * outW === inW
  const end = firstUnit(chunk + 1, chunks, batch)
  for (let b = firstUnit(chunk, chunks, batch); b < end; b++) {
    const image = <usize>b * imageBytes
    if (!covered) memory.fill(dx + image, 0, imageBytes)
    for (let oy = 0; oy < outH; oy++) {
      const top = oy * argument<i32>(STRIDE_H) - argument<i32>(TOP)
      if (quads) {
        const row = <usize>inW * pixel
        const upper = image + <usize>top * row
        const out = (<usize>b * outH + oy) * outW * pixel
        spreadToQuads(x + upper, row, pixel, y + out, dy + out, dx + upper, outW)
        continue
      }
      for (let ox = 0; ox < outW; ox++) {
        const left = ox * argument<i32>(STRIDE_W) - argument<i32>(LEFT)
        const out = ((<usize>b * outH + oy) * outW + ox) * pixel
        const share = f32x4.splat(<f32>1 / <f32>(inside(top, windowH, dilationH, inH) * inside(left, windowW, dilationW, inW)))
        let c: usize = 0
        while (c < pixel) {
          const vector = c < whole
          const slope = loadPart(dy + out + c, vector)
          const best = greatest ? loadPart(y + out + c, vector) : slope
          const part = f32x4.mul(slope, share)
          let open = i32x4.splat(-1)
          for (let r = 0; r < windowH; r++) {
            const row = top + r * dilationH
            if (<u32>row >= <u32>inH) continue
            for (let s = 0; s < windowW; s++) {
              const column = left + s * dilationW
              if (<u32>column >= <u32>inW) continue
              const at = image + (<usize>row * inW + column) * pixel + c
              let add = part
              if (greatest) {
                const hit = v128.and(open, f32x4.eq(loadPart(x + at, vector), best))
                add = v128.and(hit, slope)
                open = v128.andnot(open, hit)
              }
              if (vector) v128.store(dx + at, f32x4.add(v128.load(dx + at), add))
              else store1(dx + at, f32x4.add(load1(dx + at), add))
            }
          }
          c += vector ? 16 : 4
        }
      }
    }
  }
}

/** How many of a window's taps along one axis lie in [0, size). */
// @inline
function inside(start: i32, window: i32, dilation: i32, size: i32): i32 {
  let count = 0
  for (let tap = 0; tap < window; tap++) {
    if (<u32>(start + tap * dilation) < <u32>size) count++
  }
  return count
}
