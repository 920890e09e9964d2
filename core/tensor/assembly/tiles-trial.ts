// A product by tiles of either width, by which the engine finds the faster one.

import { setWide } from './threads'
import { multiplyPanels } from './tile'

/**
 * c[4 × 16] = a[4 × k] · b[k × 16], so many times, by tiles of sixteen columns when `on`, else of eight, which later kernels then
 * use. a is one packed panel, b two of eight columns, one behind the other.
 */
export function tilesTrial(a: usize, b: usize, c: usize, k: i32, on: bool, repeats: i32): void {
  setWide(on)
  for (; repeats > 0; repeats--) multiplyPanels(a, 4, b, 32, (<usize>k) << 5, 16, k, c, 64, true, 0, false)
}
