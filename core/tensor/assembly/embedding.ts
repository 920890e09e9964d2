// Sums of rows by segment: the gradient of looking rows up, as in an embedding.

/** out[segments × columns] = for each segment the sum of the rows of x whose id it is; other ids are left out. */
export function segmentSum(x: usize, ids: usize, out: usize, rows: i32, columns: i32, segments: i32): void {
  const bytes = (<usize>columns) << 2
  const whole = (<usize>(columns & ~3)) << 2
  memory.fill(out, 0, <usize>segments * bytes)
  for (let row = 0; row < rows; row++) {
    const id = load<i32>(ids + ((<usize>row) << 2))
    if (<u32>id >= <u32>segments) continue
    const from = x + <usize>row * bytes
    const to = out + <usize>id * bytes
    let j: usize = 0
    for (; j < whole; j += 16) v128.store(to + j, f32x4.add(v128.load(to + j), v128.load(from + j)))
    for (; j < bytes; j += 4) store<f32>(to + j, load<f32>(to + j) + load<f32>(from + j))
  }
}
