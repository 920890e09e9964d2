// Register tiles of the filter's gradient where a convolution has no patches: x and dy are read in place.

import { madd } from './simd'
import { storeWideTile } from './wide-tile'

/** sum[4 × 8] = Σ over rows, columns and images of x[4]ᵀ · dy[8]. */
export function fourChannels(
  x: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  images: i32,
  xRow: usize,
  xColumn: usize,
  xImage: usize,
  dyRow: usize,
  dyColumn: usize,
  dyImage: usize,
  sum: usize,
  sumRow: usize,
  overwrite: bool,
): void {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00
  if (images === 0) rows = 0
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let a = x + <usize>r * xRow + <usize>c * xColumn
      let b = dy + <usize>r * dyRow + <usize>c * dyColumn
      // Two steps a turn, as in `tile`.
      const end = a + <usize>images * xImage
      while (true) {
        let b0 = v128.load(b, 0)
        let b1 = v128.load(b, 16)
        let v = v128.load32_splat(a, 0)
        c00 = madd(v, b0, c00)
        c01 = madd(v, b1, c01)
        v = v128.load32_splat(a, 4)
        c10 = madd(v, b0, c10)
        c11 = madd(v, b1, c11)
        v = v128.load32_splat(a, 8)
        c20 = madd(v, b0, c20)
        c21 = madd(v, b1, c21)
        v = v128.load32_splat(a, 12)
        c30 = madd(v, b0, c30)
        c31 = madd(v, b1, c31)
        a += xImage
        b += dyImage
        if (a === end) break
        b0 = v128.load(b, 0)
        b1 = v128.load(b, 16)
        v = v128.load32_splat(a, 0)
        c00 = madd(v, b0, c00)
        c01 = madd(v, b1, c01)
        v = v128.load32_splat(a, 4)
        c10 = madd(v, b0, c10)
        c11 = madd(v, b1, c11)
        v = v128.load32_splat(a, 8)
        c20 = madd(v, b0, c20)
        c21 = madd(v, b1, c21)
        v = v128.load32_splat(a, 12)
        c30 = madd(v, b0, c30)
        c31 = madd(v, b1, c31)
        a += xImage
        b += dyImage
        if (a === end) break
      }
    }
  }
  storeRow(sum, c00, c01, overwrite)
  storeRow(sum + sumRow, c10, c11, overwrite)
  storeRow(sum + 2 * sumRow, c20, c21, overwrite)
  storeRow(sum + 3 * sumRow, c30, c31, overwrite)
}

/** As `fourChannels`, for sixteen channels of dy. */
export function wideFourChannels(
  x: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  images: i32,
  xRow: usize,
  xColumn: usize,
  xImage: usize,
  dyRow: usize,
  dyColumn: usize,
  dyImage: usize,
  sum: usize,
  sumRow: usize,
  overwrite: bool,
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
  if (images === 0) rows = 0
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let a = x + <usize>r * xRow + <usize>c * xColumn
      let b = dy + <usize>r * dyRow + <usize>c * dyColumn
      const end = a + <usize>images * xImage
      while (true) {
        const b0 = v128.load(b, 0)
        const b1 = v128.load(b, 16)
        const b2 = v128.load(b, 32)
        const b3 = v128.load(b, 48)
        let v = v128.load32_splat(a, 0)
        c00 = madd(v, b0, c00)
        c01 = madd(v, b1, c01)
        c02 = madd(v, b2, c02)
        c03 = madd(v, b3, c03)
        v = v128.load32_splat(a, 4)
        c10 = madd(v, b0, c10)
        c11 = madd(v, b1, c11)
        c12 = madd(v, b2, c12)
        c13 = madd(v, b3, c13)
        v = v128.load32_splat(a, 8)
        c20 = madd(v, b0, c20)
        c21 = madd(v, b1, c21)
        c22 = madd(v, b2, c22)
        c23 = madd(v, b3, c23)
        v = v128.load32_splat(a, 12)
        c30 = madd(v, b0, c30)
        c31 = madd(v, b1, c31)
        c32 = madd(v, b2, c32)
        c33 = madd(v, b3, c33)
        a += xImage
        b += dyImage
        if (a === end) break
      }
    }
  }
  storeWideTile(sum, sumRow, overwrite, 0, false, c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33)
}

/** sum[8] = Σ over rows, columns and images of x · dy[8], four images side by side. */
export function oneChannel(
  x: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  images: i32,
  xRow: usize,
  xColumn: usize,
  xImage: usize,
  dyRow: usize,
  dyColumn: usize,
  dyImage: usize,
  sum: usize,
  overwrite: bool,
): void {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let a = x + <usize>r * xRow + <usize>c * xColumn
      let b = dy + <usize>r * dyRow + <usize>c * dyColumn
      let left = images
      for (; left >= 4; left -= 4) {
        let v = v128.load32_splat(a)
        c00 = madd(v, v128.load(b, 0), c00)
        c01 = madd(v, v128.load(b, 16), c01)
        a += xImage
        b += dyImage
        v = v128.load32_splat(a)
        c10 = madd(v, v128.load(b, 0), c10)
        c11 = madd(v, v128.load(b, 16), c11)
        a += xImage
        b += dyImage
        v = v128.load32_splat(a)
        c20 = madd(v, v128.load(b, 0), c20)
        c21 = madd(v, v128.load(b, 16), c21)
        a += xImage
        b += dyImage
        v = v128.load32_splat(a)
        c30 = madd(v, v128.load(b, 0), c30)
        c31 = madd(v, v128.load(b, 16), c31)
        a += xImage
        b += dyImage
      }
      for (; left > 0; left--) {
        const v = v128.load32_splat(a)
        c00 = madd(v, v128.load(b, 0), c00)
        c01 = madd(v, v128.load(b, 16), c01)
        a += xImage
        b += dyImage
      }
    }
  }
  c00 = f32x4.add(f32x4.add(c00, c10), f32x4.add(c20, c30))
  c01 = f32x4.add(f32x4.add(c01, c11), f32x4.add(c21, c31))
  storeRow(sum, c00, c01, overwrite)
}

// @inline
function storeRow(at: usize, low: v128, high: v128, overwrite: bool): void {
  v128.store(at, overwrite ? low : f32x4.add(v128.load(at, 0), low), 0)
  v128.store(at, overwrite ? high : f32x4.add(v128.load(at, 16), high), 16)
}
