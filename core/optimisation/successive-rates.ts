/**
 * Rates of clients that send at once on one band and are decoded one after the other (NOMA), bit/s, in that order.
 *
 * Each hears those decoded after it: R_i = B log2(1 + p_i h_i / (N0 B + Σ_{j>i} p_j h_j)). They sum to B log2(1 + Σ p h / (N0 B)).
 */
export function successiveRates(
  received: ArrayLike<number>,
  { bandwidthHz, noiseW }: { readonly bandwidthHz: number; readonly noiseW: number },
): Float64Array {
  const rates = new Float64Array(received.length)
  let heard = noiseW
  for (let i = received.length - 1; i >= 0; i--) {
    rates[i] = (bandwidthHz * Math.log1p(received[i] / heard)) / Math.LN2
    heard += received[i]
  }
  return rates
}
