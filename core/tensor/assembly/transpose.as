// Transposition of a matrix, in 4×4 squares held in registers.

/** y[columns × rows] = x[rows × columns]ᵀ. */
export function transpose(x: usize, y: usize, rows: i32, columns: i32): void {
  const xRow = <usize>columns << 2
  const yRow = <usize>rows << 2
  let i = 0
  for (; i + 4 <= rows; i += 4) {
    let from = x + <usize>i * xRow
    let to = y + (<usize>i << 2)
    let j = 0
    for (; j + 4 <= columns; j += 4) {
      const a = v128.load(from)
      const b = v128.load(from + xRow)
      const c = v128.load(from + 2 * xRow)
      const d = v128.load(from + 3 * xRow)
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
      const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
      const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
      const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
      v128.store(to, v128.shuffle<f64>(ab0, cd0, 0, 2))
      v128.store(to + yRow, v128.shuffle<f64>(ab0, cd0, 1, 3))
      v128.store(to + 2 * yRow, v128.shuffle<f64>(ab1, cd1, 0, 2))
      v128.store(to + 3 * yRow, v128.shuffle<f64>(ab1, cd1, 1, 3))
      from += 16
      to += 4 * yRow
    }
    for (; j < columns; j++) {
      for (let r: usize = 0; r < 4; r++) store<f32>(to + (r << 2), load<f32>(from + r * xRow))
      from += 4
      to += yRow
    }
  }
  for (; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      store<f32>(y + <usize>j * yRow + (<usize>i << 2), load<f32>(x + <usize>i * xRow + (<usize>j << 2)))
    }
  }
}
