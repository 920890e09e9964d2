/**
 * The order in which clients ask: those that are active, the weakest best mean gain (N×M) first; by number where gains are
 * not known. Returns how many there are; `order` and `best`, of length N, are written to.
 */
export function requestOrder(
  active: Uint8Array,
  servers: number,
  meanGain: Float64Array | undefined,
  order: Int32Array,
  best: Float64Array,
): number {
  let count = 0
  for (let n = 0; n < active.length; n++) if (active[n]) order[count++] = n
  if (!meanGain) return count
  for (let n = 0; n < active.length; n++) {
    let gain = 0
    for (let m = 0; m < servers; m++) gain = Math.max(gain, meanGain[n * servers + m])
    best[n] = gain
  }
  order.subarray(0, count).sort((a, b) => best[a] - best[b] || a - b)
  return count
}
