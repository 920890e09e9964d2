// What bounds of moves and exchanges share: the slowest channels, and how much time a change saves at most.

import {
  bodyFlops,
  channels,
  clients,
  edgeTime,
  KEPT,
  memberCount,
  members,
  radioTime,
  real,
  serverFlops,
  serverOf,
  setReal,
  setWhole,
  unservedCost,
  whole,
} from './memory'
import { cost } from './totals'

/** A bound has to pass a limit by this much, relative to the costs it is computed from: more than rounding can do. */
export const MARGIN: f64 = 1e-12

/** A limit on the cost as one on what time and energy weigh, with room for rounding. */
// @inline
export function slackOf(limit: f64): f64 {
  return limit + MARGIN * (limit + cost) - unservedCost
}

// The slowest channels and their slowest client's time, the slowest channel first.
export const slowestChannel: usize = memory.data(KEPT * 4, 4)
export const slowestChannelTime: usize = memory.data(KEPT * 8, 8)
let slowestKnown = false

/** Takes note of a changed assignment. */
export function forgetSlowest(): void {
  slowestKnown = false
}

/** Finds the slowest channels, where that was not done since the assignment changed. */
// @inline
export function knowSlowest(): void {
  if (!slowestKnown) findSlowest()
}

/** The larger of two, without `max`'s care for NaN. */
// @inline
export function longer(a: f64, b: f64): f64 {
  return b > a ? b : a
}

/** By how much edge computing at a server gets faster with so many samples less, s. */
// @inline
export function edgeRelief(server: i32, samples: f64): f64 {
  return bodyFlops === 0 ? 0 : (bodyFlops * samples) / real(serverFlops, server)
}

/** The longest time of a client on neither channel, s; 0 where there is none. */
// @inline
export function timeWithout(channelA: i32, channelB: i32): f64 {
  knowSlowest()
  for (let i = 0; i < KEPT; i++) {
    const channel = whole(slowestChannel, i)
    if (channel !== channelA && channel !== channelB) return real(slowestChannelTime, i)
  }
  return 0
}

function findSlowest(): void {
  for (let i = 0; i < KEPT; i++) {
    setWhole(slowestChannel, i, -1)
    setReal(slowestChannelTime, i, 0)
  }
  const times = radioTime
  const edgeTimes = edgeTime
  const servedBy = serverOf
  const counts = memberCount
  const stride = (<usize>clients) << 2
  const end = channels
  let row = members
  for (let channel = 0; channel < end; channel++, row += stride) {
    const count = whole(counts, channel)
    let longest: f64 = 0
    for (let i = 0; i < count; i++) {
      const client = whole(row, i)
      longest = longer(longest, real(times, client) + real(edgeTimes, whole(servedBy, client)))
    }
    if (!(longest > real(slowestChannelTime, KEPT - 1))) continue
    let place = KEPT - 1
    for (; place > 0 && longest > real(slowestChannelTime, place - 1); place--) {
      setWhole(slowestChannel, place, whole(slowestChannel, place - 1))
      setReal(slowestChannelTime, place, real(slowestChannelTime, place - 1))
    }
    setWhole(slowestChannel, place, channel)
    setReal(slowestChannelTime, place, longest)
  }
  slowestKnown = true
}
