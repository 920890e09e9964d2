// Tells slots that cannot cost less than a limit by what a newcomer does to the few who hear it most, where each client's
// strongest links are known: those who send to its strongest servers on the channel. The others suffer, too, so it costs more.

import { membersOf, transferTimes, uplinkSignal, uplinkWork } from './channel-members'
import { gainOf } from './gains'
import {
  channels,
  clientEnergy,
  clientPower,
  downlinkGain,
  edgeTime,
  headEnergy,
  headTime,
  interference,
  keptServers,
  linksKept,
  memberCount,
  noise,
  occupantOf,
  real,
  received,
  SITS_OUT,
  serverOf,
  serverPower,
  servers,
  signals,
  slots,
  uplinkGain,
  whole,
  work,
} from './memory'
import { efficienciesOf } from './rate'
import { slackOf } from './slowest'
import { energy, time, weigh } from './totals'

/** Whether a client without a slot that takes one surely costs the limit or more. */
export function harmReaches(client: i32, slot: i32, limit: f64): bool {
  if (limit === Infinity || JOINT || whole(slots, client) !== SITS_OUT) return false
  const slackLimit = slackOf(limit)
  const server = slot / channels
  const channel = slot - server * channels
  const power = real(clientPower, client)
  const own = transferTime(uplinkWork(client), uplinkSignal(client, server, channel), real(received, channel * servers + server))
  const seconds = max(time, real(headTime, client) + own)
  let joules = energy + real(headEnergy, client) + power * own
  if (weigh(seconds, joules) >= slackLimit) return true
  const kept = keptServers + ((<usize>(client * linksKept)) << 2)
  for (let rank = 0; rank < linksKept; rank++) {
    const there = whole(kept, rank)
    const other = whole(occupantOf, there * channels + channel)
    if (there === server || whole(slots, other) !== there * channels + channel) continue
    const heard = real(interference, 2 * other) + power * gainOf(uplinkGain, client, there, channel)
    const longer = transferTime(uplinkWork(other), real(signals, 2 * other), heard)
    joules += real(headEnergy, other) + real(clientPower, other) * longer - real(clientEnergy, other)
    if (weigh(seconds, joules) >= slackLimit) return true
  }
  // From afar the newcomer itself is often the slowest.
  const back = downlinkTime(client, server, channel)
  return weigh(max(time, real(headTime, client) + own + real(edgeTime, server) + back), joules) >= slackLimit
}

/** What a newcomer's downlink would take, s. */
function downlinkTime(client: i32, server: i32, channel: i32): f64 {
  const row = membersOf(channel)
  const count = whole(memberCount, channel)
  const servedBy = serverOf
  let heard = noise
  for (let i = 0; i < count; i++) {
    const there = whole(servedBy, whole(row, i))
    heard += real(serverPower, there) * gainOf(downlinkGain, client, there, channel)
  }
  const signal = real(serverPower, server) * gainOf(downlinkGain, client, server, channel)
  return transferTime(real(work, 2 * client + 1), signal, heard)
}

// @inline
function transferTime(bits: f64, signal: f64, noise: f64): f64 {
  return f64x2.extract_lane(transferTimes(f64x2.splat(bits), efficienciesOf(f64x2.splat(signal / noise))), 0)
}
