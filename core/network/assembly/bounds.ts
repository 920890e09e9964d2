// Tells candidates that cannot cost less than a limit, by the uplinks of the clients that change slots and nothing else.
//
// Whoever else is on a channel only suffers when a client comes to it. So a candidate costs at least what the clients that
// change cost no longer where they leave, and the uplinks of their own where they arrive; neither needs a channel worked out.

import { energyWithout, gains, interferenceWithout, transferTimes, uplinkSignal, uplinkWork } from './channels'
import {
  bodyFlops,
  channelEnergy,
  channelOf,
  channels,
  clientEnergy,
  clientPower,
  clientSamples,
  clients,
  edgeTime,
  energyWeight,
  headEnergy,
  headTime,
  interference,
  KEPT,
  largestSinr,
  latencyWeight,
  memberCount,
  members,
  occupants,
  radioTime,
  real,
  received,
  SITS_OUT,
  serverFlops,
  serverOf,
  servers,
  setReal,
  setWhole,
  slots,
  uplinkGain,
  whole,
} from './memory'
import { efficienciesOf, leastSinr } from './rate'
import { cost, energy, time, weigh } from './totals'

/** A bound has to pass a limit by this much, relative to the costs it is computed from: more than rounding can do. */
const MARGIN: f64 = 1e-12

// The slowest channels and their slowest client's time, the slowest channel first.
const slowestChannel: usize = memory.data(KEPT * 4, 4)
const slowestChannelTime: usize = memory.data(KEPT * 8, 8)
let slowestKnown = false

// The client whose moves were asked for last, and the SINR it takes to win with one.
let mover: i32 = -1
let moverLimit: f64 = NaN
let requiredSinr: f64 = 0

/** Takes note of a changed assignment. */
export function settleBounds(): void {
  slowestKnown = false
  mover = -1
  exchanger = -1
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
  const power = real(clientPower, client)
  const perServer = channels
  const end = servers * perServer
  const nextGain = (<usize>(clients * servers)) << 3
  const nextReceived = (<usize>servers) << 3
  const taken = occupants
  let slot = after + 1
  // Slots run over the channels of one server after the other.
  let server = slot / perServer
  let channel = slot - server * perServer
  while (slot < end) {
    let gain = gains(uplinkGain, client, channel) + ((<usize>server) << 3)
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
  const power = real(clientPower, client)
  const perServer = channels
  const nextGain = (<usize>(clients * servers)) << 3
  const nextReceived = (<usize>servers) << 3
  const taken = occupants
  let slot = 0
  for (let server = 0; server < servers; server++) {
    let gain = gains(uplinkGain, client, 0) + ((<usize>server) << 3)
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

/** Forgets what only holds while clients come and none leaves. */
export function forgetSinr(): void {
  for (let client = 0; client < clients; client++) setReal(largestSinr, client, Infinity)
}

/** Whether two clients that exchange their slots surely cost the limit or more. */
export function swapReaches(first: i32, second: i32, limit: f64): bool {
  if (limit === Infinity || whole(slots, first) === SITS_OUT || whole(slots, second) === SITS_OUT) return false
  prepareExchanges(first)
  return exchangeReaches(first, second, limit + MARGIN * (limit + cost))
}

/**
 * The first client after `after` with whom `first` may exchange slots for less than the limit, `SITS_OUT` where there is none.
 * Clients that sit out, and those in the same slot, are passed over.
 */
export function nextHopefulSwap(first: i32, after: i32, limit: f64): i32 {
  const held = slots
  const own = whole(held, first)
  if (own === SITS_OUT) return SITS_OUT
  prepareExchanges(first)
  const slackLimit = limit + MARGIN * (limit + cost)
  const end = clients
  for (let second = after + 1; second < end; second++) {
    const slot = whole(held, second)
    if (slot === SITS_OUT || slot === own) continue
    if (limit === Infinity || !exchangeReaches(first, second, slackLimit)) return second
  }
  return SITS_OUT
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
  if (limit === Infinity) return
  let joules = energy + real(headEnergy, client)
  let seconds = time
  if (whole(slots, client) !== SITS_OUT) {
    const channel = whole(channelOf, client)
    joules -= real(channelEnergy, channel) - energyWithout(client)
    seconds = timeWithout(channel, channel) - edgeRelief(whole(serverOf, client), real(clientSamples, client))
  }
  // The longest uplink that keeps the cost below the limit, as its energy adds up and as it becomes the round's time.
  const spare = limit + MARGIN * (limit + cost) - energyWeight * joules
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

// What all exchanges of a client have in common.
let exchanger: i32 = -1
/** Energy of the round if the client left its channel, with its head's, J. */
let exchangerJoules: f64 = 0
/** The two slowest channels but the client's own: the first of them, and the longest time on each, s. */
let exchangerSlowest: i32 = -1
let exchangerTime: f64 = 0
let exchangerNextTime: f64 = 0

function prepareExchanges(client: i32): void {
  if (client === exchanger) return
  exchanger = client
  const channel = whole(channelOf, client)
  exchangerJoules = energy + real(headEnergy, client) - (real(channelEnergy, channel) - energyWithout(client))
  if (!slowestKnown) findSlowest()
  exchangerSlowest = -1
  exchangerTime = 0
  exchangerNextTime = 0
  for (let i = 0; i < KEPT; i++) {
    const slow = whole(slowestChannel, i)
    if (slow === channel || slow < 0) continue
    if (exchangerSlowest >= 0) {
      exchangerNextTime = real(slowestChannelTime, i)
      break
    }
    exchangerSlowest = slow
    exchangerTime = real(slowestChannelTime, i)
  }
}

/** Of the client prepared for. */
// @inline
function exchangeReaches(first: i32, second: i32, slackLimit: f64): bool {
  const channelA = whole(channelOf, first)
  const channelB = whole(channelOf, second)
  const serverA = whole(serverOf, first)
  const serverB = whole(serverOf, second)
  let seconds = channelB === exchangerSlowest ? exchangerNextTime : exchangerTime
  if (serverA !== serverB) {
    const more = real(clientSamples, first) - real(clientSamples, second)
    if (more > 0) seconds -= edgeRelief(serverA, more)
    else if (more < 0) seconds -= edgeRelief(serverB, -more)
  }
  let joules: f64
  // Each finds what the other has against it now: what is on the channel but for the one that leaves.
  let interferenceA: f64
  let interferenceB: f64
  if (channelA === channelB) {
    joules =
      energy + real(headEnergy, first) + real(headEnergy, second) - (real(clientEnergy, first) + real(clientEnergy, second))
    interferenceA = interferenceWithout(channelA, serverA, second, second)
    interferenceB = interferenceWithout(channelA, serverB, first, first)
  } else {
    joules = exchangerJoules + (real(headEnergy, second) - (real(channelEnergy, channelB) - energyWithout(second)))
    // Often what both leave behind is enough.
    if (weigh(seconds, joules) >= slackLimit) return true
    interferenceA = real(interference, 2 * first)
    interferenceB = real(interference, 2 * second)
  }
  const signals = f64x2(uplinkSignal(first, serverB, channelB), uplinkSignal(second, serverA, channelA))
  const efficiencies = efficienciesOf(f64x2.div(signals, f64x2(interferenceB, interferenceA)))
  const times = transferTimes(f64x2(uplinkWork(first), uplinkWork(second)), efficiencies)
  const firstTime = f64x2.extract_lane(times, 0)
  const secondTime = f64x2.extract_lane(times, 1)
  joules += real(clientPower, first) * firstTime + real(clientPower, second) * secondTime
  seconds = longer(seconds, real(headTime, first) + firstTime)
  seconds = longer(seconds, real(headTime, second) + secondTime)
  return weigh(seconds, joules) >= slackLimit
}

/** The larger of two, without `max`'s care for NaN. */
// @inline
function longer(a: f64, b: f64): f64 {
  return b > a ? b : a
}

/** By how much edge computing at a server gets faster with so many samples less, s. */
// @inline
function edgeRelief(server: i32, samples: f64): f64 {
  return bodyFlops === 0 ? 0 : (bodyFlops * samples) / real(serverFlops, server)
}

/** The longest time of a client on neither channel, s; 0 where there is none. */
// @inline
function timeWithout(channelA: i32, channelB: i32): f64 {
  if (!slowestKnown) findSlowest()
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
