// Tells moves that cannot cost less than a limit, by the uplinks of the clients that change slots and nothing else.
//
// Whoever else is on a channel only suffers when a client comes to it. So a candidate costs at least what the clients that
// change cost no longer where they leave, and the uplinks of their own where they arrive; neither needs a channel worked out.

import { energyWithout, interferenceWithout, uplinkSignal, uplinkWork } from './channel-members'
import { gainAddress, isKept, nextGainOf } from './gains'
import { signalPower, turned } from './joint'
import {
  channelEnergy,
  channelOf,
  channels,
  clientPower,
  clientSamples,
  clients,
  energyWeight,
  headEnergy,
  headTime,
  largestSinr,
  latencyWeight,
  leastReceived,
  noise,
  occupants,
  real,
  received,
  SITS_OUT,
  serverOf,
  servers,
  setReal,
  slots,
  uplinkGain,
  whole,
} from './memory'
import { isNear } from './near'
import { leastSinr } from './rate'
import { edgeRelief, MARGIN, slackOf, timeWithout } from './slowest'
import { energy, time } from './totals'

// The client whose moves were asked for last, and the SINR it takes to win with one.
let mover: i32 = -1
let moverLimit: f64 = NaN
let requiredSinr: f64 = 0

/** Takes note of a changed assignment. */
export function settleMoves(): void {
  mover = -1
}

/** Whether a client that moves to a slot, or is placed there, surely costs the limit or more. */
export function moveReaches(client: i32, slot: i32, limit: f64): bool {
  if (limit === Infinity) return false
  if (client !== mover || limit !== moverLimit) prepareMoves(client, limit)
  return cannotWin(client, slot / channels, slot % channels, leftChannel(client))
}

/** The first free slot after `after` to which a move may cost less than the limit; `SITS_OUT` where there is none. */
export function nextHopefulMove(client: i32, after: i32, limit: f64): i32 {
  if (client !== mover || limit !== moverLimit) prepareMoves(client, limit)
  if (after < 0 && whole(slots, client) === SITS_OUT) return firstPlace(client)
  const left = leftChannel(client)
  const sinr = requiredSinr
  const power = signalPower(clientPower, client)
  const perServer = channels
  const end = servers * perServer
  const nextReceived = (<usize>servers) << 3
  const taken = occupants
  let slot = after + 1
  // Slots run over the channels of one server after the other.
  let server = slot / perServer
  let channel = slot - server * perServer
  while (slot < end) {
    if (!isNear(client, server)) {
      slot += perServer - channel
      channel = 0
      server++
      continue
    }
    const nextGain = nextGainOf(client, server)
    let gain = gainAddress(uplinkGain, client, server, channel)
    // Where nobody leaves, what is not kept is one signal on all channels, as in `firstPlace`.
    if (KEEPS_STRONGEST && left < 0 && power * load<f64>(gain) < sinr * real(leastReceived, server)) {
      if (!isKept(client, server)) {
        slot += perServer - channel
        channel = 0
        server++
        continue
      }
    }
    let heard = received + ((<usize>(channel * servers + server)) << 3)
    for (; channel < perServer; slot++, channel++, gain += nextGain, heard += nextReceived) {
      if (whole(taken, slot) !== 0) continue
      const interference = channel === left ? interferenceWithout(channel, server, client, client) : load<f64>(heard)
      if (!(power * load<f64>(gain) < sinr * interference)) return slot
    }
    channel = 0
    server++
  }
  return SITS_OUT
}

/** The same from the first slot on for a client without one, who need not look again as long as others only come. */
function firstPlace(client: i32): i32 {
  if (real(largestSinr, client) < requiredSinr) return SITS_OUT
  // The largest SINR, as a fraction.
  let bestSignal: f64 = 0
  let bestInterference: f64 = 1
  const sinr = requiredSinr
  const power = signalPower(clientPower, client)
  const perServer = channels
  const nextReceived = (<usize>servers) << 3
  const taken = occupants
  let slot = 0
  for (let server = 0; server < servers; server++) {
    const nextGain = nextGainOf(client, server)
    let gain = gainAddress(uplinkGain, client, server, 0)
    if (KEEPS_STRONGEST && !isKept(client, server)) {
      // One signal on all channels: where it is too weak for the least of them, none need be looked at.
      const signal = power * load<f64>(gain)
      let least = real(leastReceived, server)
      if (!(signal < sinr * least)) least = findLeastReceived(server)
      if (signal < sinr * least) {
        if (signal * bestInterference > bestSignal * least) {
          bestSignal = signal
          bestInterference = least
        }
        slot += perServer
        continue
      }
    }
    let heard = received + ((<usize>server) << 3)
    for (let channel = 0; channel < perServer; channel++, slot++, gain += nextGain, heard += nextReceived) {
      if (whole(taken, slot) !== 0) continue
      const signal = power * load<f64>(gain)
      const interference = load<f64>(heard)
      if (!(signal < sinr * interference)) return slot
      if (signal * bestInterference > bestSignal * interference) {
        bestSignal = signal
        bestInterference = interference
      }
    }
  }
  setReal(largestSinr, client, (bestSignal / bestInterference) * (1 + MARGIN))
  return SITS_OUT
}

/** The free slot in which a client without one has the largest uplink SINR; `SITS_OUT` where there is none. */
export function strongestSlot(client: i32): i32 {
  let best = SITS_OUT
  // The largest SINR but for the client's power, as a fraction.
  let bestGain: f64 = 0
  let bestInterference: f64 = 1
  const perServer = channels
  const nextReceived = (<usize>servers) << 3
  const taken = occupants
  let slot = 0
  for (let server = 0; server < servers; server++) {
    const nextGain = nextGainOf(client, server)
    let gain = gainAddress(uplinkGain, client, server, 0)
    if (KEEPS_STRONGEST && !isKept(client, server)) {
      if (load<f64>(gain) * bestInterference <= bestGain * real(leastReceived, server)) {
        slot += perServer
        continue
      }
    }
    let heard = received + ((<usize>server) << 3)
    for (let channel = 0; channel < perServer; channel++, slot++, gain += nextGain, heard += nextReceived) {
      if (whole(taken, slot) !== 0 || load<f64>(gain) * bestInterference <= bestGain * load<f64>(heard)) continue
      best = slot
      bestGain = load<f64>(gain)
      bestInterference = load<f64>(heard)
    }
  }
  return best
}

/** What a server receives at least on any of its channels, W. */
function findLeastReceived(server: i32): f64 {
  let least: f64 = Infinity
  for (let channel = 0; channel < channels; channel++) {
    const heard = real(received, channel * servers + server)
    if (heard < least) least = heard
  }
  setReal(leastReceived, server, least)
  return least
}

/** Forgets what only holds while clients come and none leaves. */
export function forgetSinr(): void {
  for (let client = 0; client < clients; client++) setReal(largestSinr, client, Infinity)
  if (!KEEPS_STRONGEST) return
  for (let server = 0; server < servers; server++) setReal(leastReceived, server, noise)
}

// @inline
function leftChannel(client: i32): i32 {
  return whole(slots, client) === SITS_OUT ? -1 : whole(channelOf, client)
}

// @inline
function cannotWin(client: i32, server: i32, channel: i32, left: i32): bool {
  const interference =
    channel === left ? interferenceWithout(channel, server, client, client) : real(received, channel * servers + server)
  return uplinkSignal(client, server, channel) < requiredSinr * interference
}

/** Finds the SINR below which no slot can bring a client's cost under the limit. */
function prepareMoves(client: i32, limit: f64): void {
  mover = client
  moverLimit = limit
  requiredSinr = 0
  if (limit === Infinity || (JOINT && turned)) return
  let joules = energy + real(headEnergy, client)
  let seconds = time
  if (whole(slots, client) !== SITS_OUT) {
    const channel = whole(channelOf, client)
    joules -= real(channelEnergy, channel) - energyWithout(client)
    seconds = timeWithout(channel, channel) - edgeRelief(whole(serverOf, client), real(clientSamples, client))
  }
  // The longest uplink that keeps the cost below the limit, as its energy adds up and as it becomes the round's time.
  const spare = slackOf(limit) - energyWeight * joules
  const besideRound = spare - latencyWeight * seconds
  const besideHead = spare - latencyWeight * real(headTime, client)
  const joulesPerSecond = energyWeight * real(clientPower, client)
  const longest = min(besideRound / joulesPerSecond, besideHead / (joulesPerSecond + latencyWeight))
  if (besideRound <= 0 || besideHead <= 0) requiredSinr = Infinity
  else {
    const efficiency = uplinkWork(client) / longest
    // NaN where the cost as it stands is infinite: then nothing is known.
    if (efficiency > 0) requiredSinr = leastSinr(efficiency) * (1 - MARGIN)
  }
}
