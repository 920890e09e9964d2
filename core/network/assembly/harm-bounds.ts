// Tells slots that cannot cost less than a limit by what a newcomer does to those on the channel, where each client's strongest
// links are known: to the few who send to its strongest servers as it is, to the many others at least so much.

import { membersOf, transferTimes, uplinkSignal, uplinkWork } from './channel-members'
import { gainOf, isKept } from './gains'
import {
  channels,
  clientEnergy,
  clientPower,
  downlinkGain,
  edgeTime,
  harmAfar,
  harmOnChannel,
  headEnergy,
  headTime,
  heardAfar,
  heardOnChannel,
  hopefulCosts,
  hopefulSlots,
  interference,
  keptServers,
  leastRise,
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
  setReal,
  setWhole,
  signals,
  slots,
  uplinkGain,
  whole,
  work,
} from './memory'
import { nextHopefulMove } from './move-bounds'
import { efficienciesOf } from './rate'
import { slackOf } from './slowest'
import { energy, time, weigh } from './totals'

/** Whether a client without a slot that takes one surely costs the limit or more. */
export function harmReaches(client: i32, slot: i32, limit: f64): bool {
  if (limit === Infinity || JOINT || whole(slots, client) !== SITS_OUT) return false
  const slackLimit = slackOf(limit)
  return leastCost(client, slot, slackLimit) >= slackLimit
}

/** What a client without a slot that takes one surely costs; worked out no further once it reaches the limit. */
export function leastCost(client: i32, slot: i32, limit: f64): f64 {
  if (client !== newcomer) look(client)
  const server = slot / channels
  const channel = slot - server * channels
  const power = real(clientPower, client)
  const own = transferTime(uplinkWork(client), uplinkSignal(client, server, channel), real(received, channel * servers + server))
  const seconds = max(time, real(headTime, client) + own)
  const joules = energy + real(headEnergy, client) + power * own
  const fromAfar = weigh(seconds, joules + harmFromAfar(channel))
  if (fromAfar >= limit) return fromAfar
  const most = joules + harm(channel)
  const fromAll = weigh(seconds, most)
  if (fromAll >= limit) return fromAll
  // From afar the newcomer itself is often the slowest.
  const signal = real(serverPower, server) * gainOf(downlinkGain, client, server, channel)
  const back = transferTime(real(work, 2 * client + 1), signal, heard(channel))
  return weigh(max(time, real(headTime, client) + own + real(edgeTime, server) + back), most)
}

/** How many slots `findHopeful` found. */
export let hopefulCount: i32 = 0

/**
 * Lists the free slots in which a client without one may cost less than a limit, with what each costs at least; returns the one
 * that may cost least, `SITS_OUT` where there is none.
 */
export function findHopeful(client: i32, limit: f64): i32 {
  hopefulCount = 0
  let best = SITS_OUT
  let least = slackOf(limit)
  for (let slot = nextHopefulMove(client, -1, limit); slot !== SITS_OUT; slot = nextHopefulMove(client, slot, limit)) {
    const cost = leastCost(client, slot, least)
    setWhole(hopefulSlots, hopefulCount, slot)
    setReal(hopefulCosts, hopefulCount++, cost)
    if (!(cost < least)) continue
    least = cost
    best = slot
  }
  return best
}

/** The client whose slots are looked at. What it does to a channel is the same whichever free slot it takes there. */
let newcomer: i32 = -1

/** Takes note of a changed assignment. */
export function forgetHarm(): void {
  newcomer = -1
}

/** Turns to a client. */
function look(client: i32): void {
  newcomer = client
  const power = real(clientPower, client)
  for (let m = 0; m < servers; m++) {
    setReal(heardAfar, m, isKept(client, m) ? 0 : power * gainOf(uplinkGain, client, m, 0))
  }
  for (let k = 0; k < channels; k++) {
    setReal(harmAfar, k, NaN)
    setReal(harmOnChannel, k, NaN)
    setReal(heardOnChannel, k, NaN)
  }
}

/** What the newcomer costs those on a channel at least whose servers are not among its strongest, J. */
function harmFromAfar(channel: i32): f64 {
  const known = real(harmAfar, channel)
  if (!isNaN(known)) return known
  const row = leastRise + ((<usize>(channel * servers)) << 3)
  // Sums side by side need not wait for each other.
  let sum = f64x2.splat(0)
  let sum2 = sum
  let sum3 = sum
  let sum4 = sum
  let m = 0
  for (; m + 7 < servers; m += 8) {
    const at = (<usize>m) << 3
    sum = f64x2.add(sum, f64x2.mul(v128.load(heardAfar + at), v128.load(row + at)))
    sum2 = f64x2.add(sum2, f64x2.mul(v128.load(heardAfar + at, 16), v128.load(row + at, 16)))
    sum3 = f64x2.add(sum3, f64x2.mul(v128.load(heardAfar + at, 32), v128.load(row + at, 32)))
    sum4 = f64x2.add(sum4, f64x2.mul(v128.load(heardAfar + at, 48), v128.load(row + at, 48)))
  }
  sum = f64x2.add(f64x2.add(sum, sum2), f64x2.add(sum3, sum4))
  let joules = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
  for (; m < servers; m++) joules += real(heardAfar, m) * real(row, m)
  setReal(harmAfar, channel, joules)
  return joules
}

/** The same, and what it costs those at its strongest servers, who hear it most. */
function harm(channel: i32): f64 {
  const known = real(harmOnChannel, channel)
  if (!isNaN(known)) return known
  const client = newcomer
  const power = real(clientPower, client)
  const kept = keptServers + ((<usize>(client * linksKept)) << 2)
  let joules = harmFromAfar(channel)
  for (let rank = 0; rank < linksKept; rank++) {
    const there = whole(kept, rank)
    const other = whole(occupantOf, there * channels + channel)
    if (whole(slots, other) !== there * channels + channel) continue
    const noises = real(interference, 2 * other) + power * gainOf(uplinkGain, client, there, channel)
    const longer = transferTime(uplinkWork(other), real(signals, 2 * other), noises)
    joules += real(headEnergy, other) + real(clientPower, other) * longer - real(clientEnergy, other)
  }
  setReal(harmOnChannel, channel, joules)
  return joules
}

/** Noise and power of servers that the newcomer would hear on a channel, W. */
function heard(channel: i32): f64 {
  const known = real(heardOnChannel, channel)
  if (!isNaN(known)) return known
  const row = membersOf(channel)
  const count = whole(memberCount, channel)
  const servedBy = serverOf
  let power = noise
  for (let i = 0; i < count; i++) {
    const there = whole(servedBy, whole(row, i))
    power += real(serverPower, there) * gainOf(downlinkGain, newcomer, there, channel)
  }
  setReal(heardOnChannel, channel, power)
  return power
}

// @inline
function transferTime(bits: f64, signal: f64, noise: f64): f64 {
  return f64x2.extract_lane(transferTimes(f64x2.splat(bits), efficienciesOf(f64x2.splat(signal / noise))), 0)
}
