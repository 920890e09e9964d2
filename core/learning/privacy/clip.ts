/** The norm that a change is clipped in: `l2` goes with Gaussian noise, `l1` with Laplace noise. */
export type ClippingNorm = 'l1' | 'l2'

/** ‖vector‖ in that norm, summed in double precision. */
export function normOf(vector: Float32Array, norm: ClippingNorm): number {
  let sum = 0
  if (norm === 'l1') for (let i = 0; i < vector.length; i++) sum += Math.abs(vector[i])
  else for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i]
  return norm === 'l1' ? sum : Math.sqrt(sum)
}

/**
 * Scales a vector in place so that its norm is at most `limit`; one that is shorter stays as it is (Abadi et al., 2016).
 *
 * One that is not finite becomes zero: it has no direction, and noise would not hide it. Returns the norm it had.
 */
export function clip(vector: Float32Array, limit: number, norm: ClippingNorm = 'l2'): number {
  const before = normOf(vector, norm)
  if (!Number.isFinite(before)) vector.fill(0)
  else if (before > limit) {
    const scale = limit / before
    for (let i = 0; i < vector.length; i++) vector[i] *= scale
  }
  return before
}
