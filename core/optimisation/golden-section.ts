const RATIO = (Math.sqrt(5) - 1) / 2

/**
 * Where a function with one valley between two points is least: golden section (Kiefer, 1953), ends included.
 *
 * `tolerance` is relative to the width: 1e-9 takes 44 values. A minimum's place is known to half the digits of its value.
 */
export function goldenSection(
  f: (x: number) => number,
  low: number,
  high: number,
  tolerance = 1e-9,
): { x: number; value: number } {
  let [a, b] = [low, high]
  let [c, d] = [b - RATIO * (b - a), a + RATIO * (b - a)]
  let [atC, atD] = [f(c), f(d)]
  let best = least([low, f(low)], [high, f(high)])
  while (b - a > tolerance * (high - low)) {
    if (atC <= atD) {
      ;[b, d, atD] = [d, c, atC]
      c = b - RATIO * (b - a)
      atC = f(c)
    } else {
      ;[a, c, atC] = [c, d, atD]
      d = a + RATIO * (b - a)
      atD = f(d)
    }
    // Rounding may bring both to one point.
    if (c >= d) break
  }
  best = least(best, least([c, atC], [d, atD]))
  return { x: best[0], value: best[1] }
}

type Point = readonly [x: number, value: number]
const least = (one: Point, other: Point): Point => (other[1] < one[1] ? other : one)
