/**
 * Where a rising function crosses zero between two points, to the last bit or two: Chandrupatla's method (1997), which bisects where
 * interpolation would not help.
 *
 * `low` where it is not negative there, `high` where it is negative there. Values without end, and NaN, are bisected away; NaN counts as negative.
 */
export function risingRoot(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [high, low]
  let [atA, atB] = [f(a), f(b)]
  if (atB >= 0) return low
  if (!(atA > 0)) return high
  let [c, atC] = [a, atA]
  let t = 0.5
  for (let i = 0; i < 2200; i++) {
    const x = a + t * (b - a)
    const value = f(x)
    if (value >= 0 === atA >= 0) [c, atC] = [a, atA]
    else [c, b, atC, atB] = [b, a, atB, atA]
    ;[a, atA] = [x, value]
    const best = Math.abs(atA) < Math.abs(atB) ? a : b
    if (value === 0) return x
    const tolerance = Number.EPSILON * Math.abs(best) + Number.MIN_VALUE
    const least = tolerance / Math.abs(b - c)
    if (!(least <= 0.5) || Math.abs(b - a) <= tolerance) return best
    const xi = (a - b) / (c - b)
    const phi = (atA - atB) / (atC - atB)
    t = 0.5
    if (phi ** 2 < xi && (1 - phi) ** 2 < 1 - xi) {
      const interpolated =
        (atA / (atB - atA)) * (atC / (atB - atC)) +
        (((c - a) / (b - a)) * atA * atB) / ((atC - atA) * (atC - atB))
      if (Number.isFinite(interpolated)) t = Math.min(1 - least, Math.max(least, interpolated))
    }
  }
  return b
}

/** The same of a function that rises over all positive numbers, looked for around a start above 0; 0 or Infinity where it does not cross. */
export function positiveRoot(f: (x: number) => number, start: number): number {
  let [low, high] = [start, start]
  if (f(start) >= 0) {
    do {
      high = low
      low /= 4
      if (low === 0) return 0
    } while (f(low) >= 0)
  } else {
    do {
      low = high
      high *= 4
      if (high === Number.POSITIVE_INFINITY) return high
    } while (!(f(high) >= 0))
  }
  return risingRoot(f, low, high)
}

/** The least number between two at which a condition holds that holds from there on; by bisection to the last bit, `high` where it does not before. */
export function leastWhere(holds: (x: number) => boolean, low: number, high: number): number {
  let [a, b] = [low, high]
  for (;;) {
    const middle = a + (b - a) / 2
    if (middle <= a || middle >= b) return b
    if (holds(middle)) b = middle
    else a = middle
  }
}
