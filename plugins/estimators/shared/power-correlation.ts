/** Variance of a fading power of unit mean with that K factor: (1 + 2K) / (1 + K)², 1 without a line of sight. */
export const powerVariance = (kFactor = 0): number => (1 + 2 * kFactor) / (1 + kFactor) ** 2

/**
 * Correlation of fading powers whose scattered paths' amplitudes have correlation ρ: (ρ² + 2Kρ) / (1 + 2K), ρ² without a line of
 * sight.
 */
export const powerCorrelation = (amplitudes: number, kFactor = 0): number =>
  (amplitudes * amplitudes + 2 * kFactor * amplitudes) / (1 + 2 * kFactor)
