// @inline
export function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2)
}
