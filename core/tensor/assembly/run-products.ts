// Products of pixels with a packed filter where their elements lie, for convolutions without patches.

import { scratch } from './scratch'
import { madd } from './simd'
import { wide } from './threads'
import { storeTile } from './tile'
import { storeWideTile } from './wide-tile'

/**
 * A run: consecutive elements of an image that meet consecutive rows of the packed filter. Three words: where it begins in
 * the image and in a panel of the filter, both in bytes, and its length. The runs of a pixel are its sum, in order.
 */
const RUN_BYTES: usize = 12

// @inline
export function addRun(at: usize, image: i32, panel: i32, length: i32): usize {
  store<i32>(at, image << 2, 0)
  store<i32>(at, panel << 5, 4)
  store<i32>(at, length, 8)
  return at + RUN_BYTES
}

/** One pixel of some images: c[columns] = Σ over runs of image · packed + bias, with ReLU when asked for. */
export function multiplyRuns(
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
  let j = 0
  if (wide()) {
    for (; j + 16 <= columns; j += 16) {
      const biasHere = bias !== 0 ? bias + ((<usize>j) << 2) : 0
      for (let i = 0; i < images; i += 4) {
        const rows = min(4, images - i)
        const from = image + <usize>i * imageBytes
        const to = c + <usize>i * cBytes + ((<usize>j) << 2)
        if (rows === 4) {
          wideRunTile(from, imageBytes, 2 * imageBytes, 3 * imageBytes, runs, end, packed, panelBytes, to, cBytes, biasHere, relu)
          continue
        }
        const last = <usize>(rows - 1)
        const second = min<usize>(1, last) * imageBytes
        wideRunTile(
          from,
          second,
          min<usize>(2, last) * imageBytes,
          last * imageBytes,
          runs,
          end,
          packed,
          panelBytes,
          beside,
          64,
          biasHere,
          relu,
        )
        for (let row: usize = 0; row <= last; row++) memory.copy(to + row * cBytes, beside + (row << 6), 64)
      }
      packed += 2 * panelBytes
    }
  }
  for (; j < columns; j += 8) {
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
    // Two steps a turn, as in `tile`.
    const last = p0 + (load<u32>(runs, 8) << 2)
    while (true) {
      let b0 = v128.load(b, 0)
      let b1 = v128.load(b, 16)
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
      if (p0 + 4 === last) break
      b0 = v128.load(b, 32)
      b1 = v128.load(b, 48)
      x = v128.load32_splat(p0, 4)
      c00 = madd(x, b0, c00)
      c01 = madd(x, b1, c01)
      x = v128.load32_splat(p1, 4)
      c10 = madd(x, b0, c10)
      c11 = madd(x, b1, c11)
      x = v128.load32_splat(p2, 4)
      c20 = madd(x, b0, c20)
      c21 = madd(x, b1, c21)
      x = v128.load32_splat(p3, 4)
      c30 = madd(x, b0, c30)
      c31 = madd(x, b1, c31)
      p0 += 8
      p1 += 8
      p2 += 8
      p3 += 8
      b += 64
      if (p0 === last) break
    }
  }
  const r1 = c + cBytes
  const r2 = r1 + cBytes
  storeTile(c, r1, r2, r2 + cBytes, bias, relu, c00, c01, c10, c11, c20, c21, c30, c31)
}

/** As `runTile`, for two panels of the filter that lie `panelBytes` apart. */
function wideRunTile(
  image: usize,
  second: usize,
  third: usize,
  fourth: usize,
  runs: usize,
  end: usize,
  panel: usize,
  panelBytes: usize,
  c: usize,
  cBytes: usize,
  bias: usize,
  relu: bool,
): void {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c02 = c00,
    c03 = c00,
    c10 = c00,
    c11 = c00,
    c12 = c00,
    c13 = c00,
    c20 = c00,
    c21 = c00,
    c22 = c00,
    c23 = c00,
    c30 = c00,
    c31 = c00,
    c32 = c00,
    c33 = c00
  for (; runs < end; runs += RUN_BYTES) {
    let p0 = image + load<u32>(runs, 0)
    let p1 = p0 + second
    let p2 = p0 + third
    let p3 = p0 + fourth
    let b = panel + load<u32>(runs, 4)
    let d = b + panelBytes
    const last = p0 + (load<u32>(runs, 8) << 2)
    while (true) {
      const b0 = v128.load(b, 0)
      const b1 = v128.load(b, 16)
      const b2 = v128.load(d, 0)
      const b3 = v128.load(d, 16)
      let x = v128.load32_splat(p0)
      c00 = madd(x, b0, c00)
      c01 = madd(x, b1, c01)
      c02 = madd(x, b2, c02)
      c03 = madd(x, b3, c03)
      x = v128.load32_splat(p1)
      c10 = madd(x, b0, c10)
      c11 = madd(x, b1, c11)
      c12 = madd(x, b2, c12)
      c13 = madd(x, b3, c13)
      x = v128.load32_splat(p2)
      c20 = madd(x, b0, c20)
      c21 = madd(x, b1, c21)
      c22 = madd(x, b2, c22)
      c23 = madd(x, b3, c23)
      x = v128.load32_splat(p3)
      c30 = madd(x, b0, c30)
      c31 = madd(x, b1, c31)
      c32 = madd(x, b2, c32)
      c33 = madd(x, b3, c33)
      p0 += 4
      p1 += 4
      p2 += 4
      p3 += 4
      b += 32
      d += 32
      if (p0 === last) break
    }
  }
  storeWideTile(c, cBytes, true, bias, relu, c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33)
}
