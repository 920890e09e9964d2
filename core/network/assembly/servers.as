// The clients of each server and the slowest of them, so that the longest time at a server without two channels' clients is
// found without looking at all.

import {
  bodyFlops, channelOf, clients, clientSamples, edgeTime, held, heldCount, heldPosition, KEPT, radioTime, real, serverFlops,
  serverOf, servers, serverSamples, setReal, setWhole, slowest, slowestTime, trialMaximum, unsettled, whole,
} from './memory'

// @ts-ignore: decorator
@inline function heldBy(server: i32): usize {
  return held + (<usize>(server * clients) << 2)
}

/** Edge computing at a server that holds so many samples, eq. (7), s. */
export function edgeTimeOf(server: i32, samples: f64): f64 {
  return bodyFlops == 0 ? 0 : (bodyFlops * samples) / real(serverFlops, server)
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
    if (whole(unsettled, server) == 0) continue
    setWhole(unsettled, server, 0)
    settleServer(server)
  }
}

function settleServer(server: i32): void {
  const row = heldBy(server)
  const count = whole(heldCount, server)
  const base = server * KEPT
  let samples: f64 = 0
  for (let i = 0; i < count; i++) {
    const client = whole(row, i)
    const time = real(radioTime, client)
    samples += real(clientSamples, client)
    let place = min(i, KEPT)
    while (place > 0 && time > real(slowestTime, base + place - 1)) place--
    if (place >= KEPT) continue
    for (let j = min(i, KEPT - 1); j > place; j--) {
      setWhole(slowest, base + j, whole(slowest, base + j - 1))
      setReal(slowestTime, base + j, real(slowestTime, base + j - 1))
    }
    setWhole(slowest, base + place, client)
    setReal(slowestTime, base + place, time)
  }
  setReal(serverSamples, server, samples)
  setReal(edgeTime, server, edgeTimeOf(server, samples))
}

/** Writes each server's longest time among clients on neither channel; -1 where there is none. */
export function findMaxima(channelA: i32, channelB: i32): void {
  for (let server = 0; server < servers; server++) {
    const base = server * KEPT
    const count = whole(heldCount, server)
    const kept = min(count, KEPT)
    let longest: f64 = -1
    for (let i = 0; i < kept; i++) {
      const channel = whole(channelOf, whole(slowest, base + i))
      if (channel == channelA || channel == channelB) continue
      longest = real(slowestTime, base + i)
      break
    }
    if (longest < 0 && count > KEPT) longest = scan(server, channelA, channelB)
    setReal(trialMaximum, server, longest)
  }
}

/** The same by looking at all: needed only where clients share slots (C5 broken). */
function scan(server: i32, channelA: i32, channelB: i32): f64 {
  const row = heldBy(server)
  const count = whole(heldCount, server)
  let longest: f64 = -1
  for (let i = 0; i < count; i++) {
    const client = whole(row, i)
    const channel = whole(channelOf, client)
    if (channel == channelA || channel == channelB) continue
    if (real(radioTime, client) > longest) longest = real(radioTime, client)
  }
  return longest
}
