// The clients of each server and the slowest of them, so that the longest time at a server without two channels' clients is
// found without looking at all.

import {
  bodyFlops,
  channelOf,
  clientSamples,
  clients,
  edgeTime,
  held,
  heldCount,
  heldPosition,
  KEPT,
  occupants,
  radioTime,
  real,
  serverFlops,
  serverOf,
  serverSamples,
  servers,
  setReal,
  setWhole,
  slots,
  slowestOn,
  slowestTime,
  unsettled,
  whole,
} from './memory'

/** Stands for the channel of a client there is not. */
const NOWHERE: i32 = -2

// @inline
function heldBy(server: i32): usize {
  return held + ((<usize>(server * clients)) << 2)
}

/** Edge computing at a server that holds so many samples, eq. (7), s. */
export function edgeTimeOf(server: i32, samples: f64): f64 {
  return bodyFlops === 0 ? 0 : (bodyFlops * samples) / real(serverFlops, server)
}

export function joinServer(client: i32, server: i32): void {
  const count = whole(heldCount, server)
  setWhole(serverOf, client, server)
  setWhole(heldPosition, client, count)
  setWhole(heldBy(server), count, client)
  setWhole(heldCount, server, count + 1)
  setWhole(unsettled, server, 1)
}

export function leaveServer(client: i32): void {
  const server = whole(serverOf, client)
  const row = heldBy(server)
  const count = whole(heldCount, server) - 1
  const last = whole(row, count)
  const position = whole(heldPosition, client)
  setWhole(row, position, last)
  setWhole(heldPosition, last, position)
  setWhole(heldCount, server, count)
  setWhole(unsettled, server, 1)
}

/** Finds the slowest clients anew, and the edge time, of every server marked unsettled. */
export function settleServers(): void {
  for (let server = 0; server < servers; server++) {
    if (whole(unsettled, server) === 0) continue
    setWhole(unsettled, server, 0)
    settleServer(server)
  }
}

function settleServer(server: i32): void {
  const row = heldBy(server)
  const count = whole(heldCount, server)
  const times = slowestTime + ((<usize>(server * KEPT)) << 3)
  const on = slowestOn + ((<usize>(server * KEPT)) << 2)
  for (let i = 0; i < KEPT; i++) {
    setReal(times, i, -1)
    setWhole(on, i, NOWHERE)
  }
  const radioTimes = radioTime
  const samplesOf = clientSamples
  let samples: f64 = 0
  for (let i = 0; i < count; i++) {
    const client = whole(row, i)
    const time = real(radioTimes, client)
    samples += real(samplesOf, client)
    if (!(time > real(times, KEPT - 1))) continue
    let place = KEPT - 1
    for (; place > 0 && time > real(times, place - 1); place--) {
      setWhole(on, place, whole(on, place - 1))
      setReal(times, place, real(times, place - 1))
    }
    setWhole(on, place, whole(channelOf, client))
    setReal(times, place, time)
  }
  setReal(serverSamples, server, samples)
  setReal(edgeTime, server, edgeTimeOf(server, samples))
}

/** Takes note that a client takes longer than before; its server's clients and edge time stay as they are. */
export function slowDown(client: i32, channel: i32, before: f64, time: f64): void {
  if (time === before) return
  const server = whole(serverOf, client)
  // Who shares a slot cannot be told by its channel, and rounding may make a time shorter.
  if (!(time > before) || whole(occupants, whole(slots, client)) !== 1) {
    setWhole(unsettled, server, 1)
    return
  }
  const times = slowestTime + ((<usize>(server * KEPT)) << 3)
  const on = slowestOn + ((<usize>(server * KEPT)) << 2)
  let place = 0
  while (place < KEPT && whole(on, place) !== channel) place++
  if (place === KEPT) {
    if (!(time > real(times, KEPT - 1))) return
    place = KEPT - 1
  }
  for (; place > 0 && time > real(times, place - 1); place--) {
    setWhole(on, place, whole(on, place - 1))
    setReal(times, place, real(times, place - 1))
  }
  setWhole(on, place, channel)
  setReal(times, place, time)
}

/** The longest time at a server among clients on neither channel; -1 where there is none. */
// @inline
export function longestWithout(server: i32, channelA: i32, channelB: i32): f64 {
  const times = slowestTime + ((<usize>(server * KEPT)) << 3)
  const on = slowestOn + ((<usize>(server * KEPT)) << 2)
  let channel = load<i32>(on)
  if (channel !== channelA && channel !== channelB) return load<f64>(times)
  channel = load<i32>(on, 4)
  if (channel !== channelA && channel !== channelB) return load<f64>(times, 8)
  channel = load<i32>(on, 8)
  if (channel !== channelA && channel !== channelB) return load<f64>(times, 16)
  return whole(heldCount, server) > KEPT ? scan(server, channelA, channelB) : -1
}

/** The same by looking at all: needed only where clients share slots (C5 broken). */
function scan(server: i32, channelA: i32, channelB: i32): f64 {
  const row = heldBy(server)
  const count = whole(heldCount, server)
  let longest: f64 = -1
  for (let i = 0; i < count; i++) {
    const client = whole(row, i)
    const channel = whole(channelOf, client)
    if (channel === channelA || channel === channelB) continue
    if (real(radioTime, client) > longest) longest = real(radioTime, client)
  }
  return longest
}
