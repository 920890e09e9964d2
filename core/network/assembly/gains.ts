// Where the gain of a link lies. The module is compiled twice: for networks whose gains are all there, K×N×M, and for those that
// keep each client's strongest links, N×L×K, with the mean of every link, N×M, behind them (../strongest-links.ts).

import {
  channels,
  clients,
  downlinkGain,
  downlinkMeans,
  keptServers,
  linksKept,
  ranks,
  ranksByServer,
  real,
  servers,
  setReal,
  setWhole,
  uplinkGain,
  uplinkMeans,
} from './memory'

/** The rank of a link that is not kept. */
const NOT_KEPT: i32 = 255

/** Address of the gain of a link. */
// @inline
export function gainAddress(direction: usize, client: i32, server: i32, channel: i32): usize {
  if (KEEPS_STRONGEST) return keptAddress(direction, client, server, channel)
  return direction + ((<usize>((channel * clients + client) * servers + server)) << 3)
}

/** How far it is from there to the gain of the same link on the next channel. */
// @inline
export function nextGainOf(client: i32, server: i32): usize {
  if (KEEPS_STRONGEST) return isKept(client, server) ? 8 : 0
  return (<usize>(clients * servers)) << 3
}

// @inline
export function gainOf(direction: usize, client: i32, server: i32, channel: i32): f64 {
  return load<f64>(gainAddress(direction, client, server, channel))
}

/** Whether the gains of a link are there, and not their mean alone. */
// @inline
export function isKept(client: i32, server: i32): bool {
  return rankOf(client * servers + server) !== NOT_KEPT
}

/** The same gain where a loop goes through clients at one server: `means` are the direction's, M×N. */
// @inline
export function gainAt(direction: usize, means: usize, client: i32, server: i32, channel: i32): f64 {
  const link = server * clients + client
  const rank = <i32>load<u8>(ranksByServer + <usize>link)
  return rank === NOT_KEPT ? real(means, link) : real(direction, (client * linksKept + rank) * channels + channel)
}

/** Lays ranks and means out server by server, too, in blocks that stay in the cache; due once they are written. */
export function layOutByServer(): void {
  if (!KEEPS_STRONGEST) return
  const behind = clients * linksKept * channels
  for (let first = 0; first < clients; first += BLOCK) {
    const end = min(first + BLOCK, clients)
    for (let server = 0; server < servers; server++) {
      for (let client = first; client < end; client++) {
        const link = client * servers + server
        const there = server * clients + client
        const rank = rankOf(link)
        store<u8>(ranksByServer + <usize>there, <u8>rank)
        if (rank !== NOT_KEPT) setWhole(keptServers, client * linksKept + rank, server)
        setReal(uplinkMeans, there, real(uplinkGain, behind + link))
        if (downlinkMeans !== uplinkMeans) setReal(downlinkMeans, there, real(downlinkGain, behind + link))
      }
    }
  }
}

const BLOCK = 32

// @inline
function rankOf(link: i32): i32 {
  return <i32>load<u8>(ranks + <usize>link)
}

// @inline
function keptAddress(direction: usize, client: i32, server: i32, channel: i32): usize {
  const link = client * servers + server
  const rank = rankOf(link)
  const index = rank === NOT_KEPT ? clients * linksKept * channels + link : (client * linksKept + rank) * channels + channel
  return direction + ((<usize>index) << 3)
}
