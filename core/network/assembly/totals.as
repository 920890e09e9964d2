// Time, energy and cost of the assignment as it stands.

import {
  channelEnergy, channels, edgeTime, energyWeight, heldCount, KEPT, latencyWeight, real, servers, slowestTime, whole,
} from './memory'

/** T, s, eq. (17). */
export let time: f64 = 0
/** ΣE, J. */
export let energy: f64 = 0
/** λT + μΣE, eq. (19a). */
export let cost: f64 = 0

// @ts-ignore: decorator
@inline export function weigh(seconds: f64, joules: f64): f64 {
  return latencyWeight * seconds + energyWeight * joules
}

export function settleTotals(): void {
  energy = 0
  for (let k = 0; k < channels; k++) energy += real(channelEnergy, k)
  time = 0
  for (let m = 0; m < servers; m++) {
    if (whole(heldCount, m) > 0) time = max(time, real(slowestTime, m * KEPT) + real(edgeTime, m))
  }
  cost = weigh(time, energy)
}
