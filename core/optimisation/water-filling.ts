/** How power is laid over parallel channels. */
export interface WaterFilling {
  /** μ: noise over gain, plus power, of every channel that gets some. */
  readonly level: number
  /** max(0, μ - N/h) of each channel, as long as the list given; sums to the power. */
  readonly power: Float64Array
}

/**
 * The split of a power that maximises Σ_k w_k log2(1 + p_k h_k / N_k) (Cover & Thomas, 9.4), exactly, by sorting.
 *
 * `noiseOverGain` N/h, W, Infinity for a dead channel; `weight` (bandwidth of each channel, 1 each by default), above 0.
 * With weights p_k = max(0, μ w_k - N_k/h_k).
 */
export function waterFilling(
  noiseOverGain: ArrayLike<number>,
  power: number,
  weight?: ArrayLike<number>,
): WaterFilling {
  const weightOf = (k: number) => (weight ? weight[k] : 1)
  const from = (k: number) => noiseOverGain[k] / weightOf(k)
  const order = Array.from({ length: noiseOverGain.length }, (_, k) => k)
    .filter((k) => Number.isFinite(noiseOverGain[k]))
    .sort((a, b) => from(a) - from(b))
  let level = 0
  let [noise, weights] = [0, 0]
  for (const k of order) {
    // The next one gets nothing if the water stands below its ground.
    if (weights > 0 && (power + noise) / weights <= from(k)) break
    noise += noiseOverGain[k]
    weights += weightOf(k)
    level = (power + noise) / weights
  }
  return {
    level,
    power: Float64Array.from({ length: noiseOverGain.length }, (_, k) =>
      Number.isFinite(noiseOverGain[k]) ? Math.max(0, level * weightOf(k) - noiseOverGain[k]) : 0,
    ),
  }
}
