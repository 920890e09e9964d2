/**
 * Rényi divergence of order α of the Laplace mechanism, per release (Mironov, 2017, Proposition 6).
 *
 * `noiseMultiplier` is the scale of the noise over the L1 sensitivity; infinite without noise. At order ∞ it is the ε
 * of pure differential privacy, 1 / noiseMultiplier.
 */
export function laplaceRdp(order: number, noiseMultiplier: number): number {
  if (noiseMultiplier === 0) return Number.POSITIVE_INFINITY
  const epsilon = 1 / noiseMultiplier
  if (order === Number.POSITIVE_INFINITY) return epsilon
  // ln(a·e^((α−1)ε) + b·e^(−αε)), the first of which may overflow.
  const a = order / (2 * order - 1)
  const b = (order - 1) / (2 * order - 1)
  return epsilon + Math.log(a + b * Math.exp((1 - 2 * order) * epsilon)) / (order - 1)
}
