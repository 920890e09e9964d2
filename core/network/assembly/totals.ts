// Time, energy and cost of the assignment as it stands.

import { beginTurns, timeInTurns, turned } from './joint'
import {
  bySlowness,
  channelEnergy,
  channels,
  edgeTime,
  energyWeight,
  heldCount,
  KEPT,
  latencyWeight,
  real,
  servers,
  serverTime,
  setReal,
  setWhole,
  slowestTime,
  unservedCost,
  whole,
} from './memory'

/** T, s, eq. (17). */
export let time: f64 = 0
/** ΣE, J. */
export let energy: f64 = 0
/** λT + μΣE, eq. (19a), and the price of those that are not served. */
export let cost: f64 = 0

/** λT + μΣE, NaN where what has no weight is without end: no limit is then reached. */
// @inline
export function weigh(seconds: f64, joules: f64): f64 {
  return latencyWeight * seconds + energyWeight * joules
}

/** The same, and what has no weight counts for nothing, even without end. */
// @inline
export function costOf(seconds: f64, joules: f64): f64 {
  const weighed = weigh(seconds, joules)
  return isNaN(weighed) ? costWithoutEnd(seconds, joules) : weighed
}

function costWithoutEnd(seconds: f64, joules: f64): f64 {
  return (latencyWeight === 0 ? 0 : latencyWeight * seconds) + (energyWeight === 0 ? 0 : energyWeight * joules)
}

/** Puts the servers into some order, for `settleTotals` to sort from then on. */
export function orderServers(): void {
  for (let m = 0; m < servers; m++) setWhole(bySlowness, m, m)
}

export function settleTotals(): void {
  energy = 0
  for (let k = 0; k < channels; k++) energy += real(channelEnergy, k)
  const times = serverTime
  const order = bySlowness
  const count = servers
  for (let m = 0; m < count; m++) {
    setReal(times, m, whole(heldCount, m) > 0 ? real(slowestTime, m * KEPT) + real(edgeTime, m) : -1)
  }
  // A change moves few servers, so that inserting finds them nearly sorted.
  for (let i = 1; i < count; i++) {
    const server = whole(order, i)
    const own = real(times, server)
    let at = i
    for (; at > 0 && own > real(times, whole(order, at - 1)); at--) setWhole(order, at, whole(order, at - 1))
    setWhole(order, at, server)
  }
  if (JOINT && turned) {
    beginTurns()
    time = timeInTurns()
  } else time = max(0, real(times, whole(order, 0)))
  cost = unservedCost + costOf(time, energy)
}
