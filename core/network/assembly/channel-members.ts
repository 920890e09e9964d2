// Who shares each channel, what its clients hear of each other, and what it would cost without one of them.

import { gainAt, gainOf } from './gains'
import { disturbance, energyFor, isOwnServer, signalPower } from './joint'
import {
  channelOf,
  clientPower,
  clients,
  downlinkGain,
  energyLeft,
  memberCount,
  memberGains,
  memberPosition,
  members,
  noise,
  real,
  serverOf,
  servers,
  setReal,
  setWhole,
  uplinkGain,
  uplinkMeans,
  whole,
  work,
} from './memory'
import { efficienciesOf } from './rate'

/** Two transfers of so much work at these SINRs, s: nothing to send takes no time, whatever the rate. */
// @inline
export function transferTimes(work: v128, efficiencies: v128): v128 {
  return v128.and(f64x2.div(work, efficiencies), f64x2.ne(work, f64x2.splat(0)))
}

/** Address of a channel's clients. */
// @inline
export function membersOf(channel: i32): usize {
  return members + ((<usize>(channel * clients)) << 2)
}

/** Address of what the client at a place among those on a channel hears of the first server; the next's is 64 bytes further. */
// @inline
export function memberGainsOf(channel: i32, place: i32): usize {
  const block = channel * ((servers + 7) >> 3) + (place >> 3)
  return memberGains + ((<usize>(block * servers * 8 + (place & 7))) << 3)
}

/** Lays a client's gains where those who go through its channel find them next to those of the clients around it. */
function layOutMember(client: i32, channel: i32, place: i32): void {
  if (!KEEPS_STRONGEST || JOINT || place >= servers) return
  let at = memberGainsOf(channel, place)
  for (let m = 0; m < servers; m++, at += 64) store<f64>(at, gainOf(downlinkGain, client, m, channel))
}

export function joinChannel(client: i32, channel: i32): void {
  const row = membersOf(channel)
  const count = whole(memberCount, channel)
  setWhole(channelOf, client, channel)
  setWhole(memberPosition, client, count)
  setWhole(row, count, client)
  setWhole(memberCount, channel, count + 1)
  layOutMember(client, channel, count)
}

export function leaveChannel(client: i32): void {
  const channel = whole(channelOf, client)
  const row = membersOf(channel)
  const count = whole(memberCount, channel) - 1
  const last = whole(row, count)
  const position = whole(memberPosition, client)
  setWhole(row, position, last)
  setWhole(memberPosition, last, position)
  if (last !== client) layOutMember(last, channel, position)
  setWhole(memberCount, channel, count)
}

/** Noise and power of the channel's clients at a server, leaving out two of them, W. */
export function interferenceWithout(channel: i32, server: i32, client: i32, other: i32): f64 {
  // What a loop reads of the module's variables is put into its own first: they are looked up each time otherwise.
  const powers = clientPower
  const stride = (<usize>servers) << 3
  const atServer = uplinkGain + ((<usize>(channel * clients * servers + server)) << 3)
  const row = membersOf(channel)
  const end = row + ((<usize>whole(memberCount, channel)) << 2)
  let interference = noise
  for (let at = row; at < end; at += 4) {
    const member = load<i32>(at)
    if (member === client || member === other || isOwnServer(member, server)) continue
    const gain = KEEPS_STRONGEST
      ? gainAt(uplinkGain, uplinkMeans, member, server, channel)
      : load<f64>(atServer + <usize>member * stride)
    interference += disturbance(powers, member) * gain
  }
  return interference
}

/** Power of a client at a server on a channel, W. */
// @inline
export function uplinkSignal(client: i32, server: i32, channel: i32): f64 {
  return signalPower(clientPower, client) * gainOf(uplinkGain, client, server, channel)
}

/** D_n ξ^H / G of a client: its uplink time is this over log2(1 + SINR). */
// @inline
export function uplinkWork(client: i32): f64 {
  return real(work, 2 * client)
}

/** Energy of a client's channel if the client left it, J. */
// @inline
export function energyWithout(client: i32): f64 {
  const known = real(energyLeft, client)
  return isNaN(known) ? findEnergyWithout(client) : known
}

function findEnergyWithout(client: i32): f64 {
  const channel = whole(channelOf, client)
  const row = membersOf(channel)
  const count = whole(memberCount, channel)
  let total: f64 = 0
  for (let i = 0; i < count; i++) {
    const other = whole(row, i)
    if (other === client) continue
    const server = whole(serverOf, other)
    const interference = interferenceWithout(channel, server, other, client)
    const sinr = f64x2.splat(uplinkSignal(other, server, channel) / interference)
    const time = f64x2.extract_lane(transferTimes(f64x2.splat(uplinkWork(other)), efficienciesOf(sinr)), 0)
    // What receiving takes is left out: less is a bound, too.
    total += energyFor(other, real(clientPower, other), time, 0)
  }
  setReal(energyLeft, client, total)
  return total
}
