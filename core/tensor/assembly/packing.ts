// Operands of a matrix product laid out as its register tile reads them: strides are in bytes.

/** Depth of a packed block: a panel of B (8 wide) then takes 8 KiB, a quarter of the first-level cache. */
export const BLOCK_K: i32 = 256

/** Interleaves four rows: out[k][0..3] = rows[0..3][k]; rows past `rows` are zero. */
export function packRows4(source: usize, rows: i32, rowStride: usize, stepStride: usize, k: i32, out: usize): void {
  let i = 0
  if (rows === 4) {
    if (rowStride === 4) {
      for (; i < k; i++) {
        v128.store(out, v128.load(source))
        source += stepStride
        out += 16
      }
      return
    }
    if (stepStride === 4) {
      const r1 = source + rowStride
      const r2 = r1 + rowStride
      const r3 = r2 + rowStride
      const whole = k & ~3
      for (; i < whole; i += 4) {
        const at = (<usize>i) << 2
        const a = v128.load(source + at)
        const b = v128.load(r1 + at)
        const c = v128.load(r2 + at)
        const d = v128.load(r3 + at)
        const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
        const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
        const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
        const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
        v128.store(out, v128.shuffle<f64>(ab0, cd0, 0, 2), 0)
        v128.store(out, v128.shuffle<f64>(ab0, cd0, 1, 3), 16)
        v128.store(out, v128.shuffle<f64>(ab1, cd1, 0, 2), 32)
        v128.store(out, v128.shuffle<f64>(ab1, cd1, 1, 3), 48)
        out += 64
      }
    }
  }
  for (; i < k; i++) {
    const at = source + <usize>i * stepStride
    for (let r = 0; r < 4; r++) {
      store<f32>(out + ((<usize>r) << 2), r < rows ? load<f32>(at + <usize>r * rowStride) : 0)
    }
    out += 16
  }
}

/** Interleaves one panel of B: out[k][0..7] = B[k][0..7]; columns past `columns` are zero. */
function packPanel8(b: usize, columns: i32, stepStride: usize, columnStride: usize, k: i32, out: usize): void {
  let i = 0
  if (columns === 8) {
    if (columnStride === 4) {
      for (; i < k; i++) {
        v128.store(out, v128.load(b, 0), 0)
        v128.store(out, v128.load(b, 16), 16)
        b += stepStride
        out += 32
      }
      return
    }
    if (stepStride === 4) {
      const c4 = columnStride << 2
      const whole = k & ~3
      for (; i < whole; i += 4) {
        for (let half: usize = 0; half < 2; half++) {
          const r0 = b + ((<usize>i) << 2) + half * c4
          const r1 = r0 + columnStride
          const r2 = r1 + columnStride
          const w = v128.load(r0)
          const x = v128.load(r1)
          const y = v128.load(r2)
          const z = v128.load(r2 + columnStride)
          const wx0 = v128.shuffle<f32>(w, x, 0, 4, 1, 5)
          const wx1 = v128.shuffle<f32>(w, x, 2, 6, 3, 7)
          const yz0 = v128.shuffle<f32>(y, z, 0, 4, 1, 5)
          const yz1 = v128.shuffle<f32>(y, z, 2, 6, 3, 7)
          const to = out + (half << 4)
          v128.store(to, v128.shuffle<f64>(wx0, yz0, 0, 2), 0)
          v128.store(to, v128.shuffle<f64>(wx0, yz0, 1, 3), 32)
          v128.store(to, v128.shuffle<f64>(wx1, yz1, 0, 2), 64)
          v128.store(to, v128.shuffle<f64>(wx1, yz1, 1, 3), 96)
        }
        out += 128
      }
    }
  }
  for (; i < k; i++) {
    const at = b + <usize>i * stepStride
    for (let c = 0; c < 8; c++) {
      store<f32>(out + ((<usize>c) << 2), c < columns ? load<f32>(at + <usize>c * columnStride) : 0)
    }
    out += 32
  }
}

/** Two panels at once of a B whose rows lie in one piece: a line of the cache is then read once. */
function packTwoPanels(b: usize, stepStride: usize, k: i32, out: usize): void {
  const second = (<usize>k) << 5
  for (let i = 0; i < k; i++) {
    const next = out + second
    v128.store(out, v128.load(b, 0), 0)
    v128.store(out, v128.load(b, 16), 16)
    v128.store(next, v128.load(b, 32), 0)
    v128.store(next, v128.load(b, 48), 16)
    b += stepStride
    out += 32
  }
}

/** Packs k × columns of B into panels of eight columns at `out`. */
export function packB(b: usize, columns: i32, stepStride: usize, columnStride: usize, k: i32, out: usize): void {
  let j = 0
  if (columnStride === 4) {
    for (; j + 16 <= columns; j += 16) {
      packTwoPanels(b + ((<usize>j) << 2), stepStride, k, out)
      out += (<usize>k) << 6
    }
  }
  for (; j < columns; j += 8) {
    packPanel8(b + <usize>j * columnStride, min(8, columns - j), stepStride, columnStride, k, out)
    out += (<usize>k) << 5
  }
}

/** Bytes of k × n packed for `gemmPacked`. */
// @inline
export function packedBytes(n: i32, k: i32): usize {
  return (<usize>((n + 7) & ~7) * k) << 2
}

/** Packs all of B once, for products that meet it again and again: blocks of `BLOCK_K` steps, each in panels of eight. */
export function packMatrix(b: usize, n: i32, k: i32, bStep: usize, bColumn: usize, out: usize): void {
  for (let k0 = 0; k0 < k; k0 += BLOCK_K) {
    packB(b + <usize>k0 * bStep, n, bStep, bColumn, min(BLOCK_K, k - k0), out + packedBytes(n, k0))
  }
}
