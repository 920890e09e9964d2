/**
 * log2(1 + x), to the last bits also where x is small against 1.
 *
 * `Math.log2(1 + x)` loses x below 1e-16, and two sums of the same interference in another order would then
 * differ by far more than rounding. W. Kahan's quotient mends that at the price of a division, only where needed.
 */
export function log2OnePlus(x: number): number {
  const u = 1 + x
  if (x > 0.5) return Math.log2(u)
  return u === 1 ? x * Math.LOG2E : (Math.log(u) * x * Math.LOG2E) / (u - 1)
}
