// Tells exchanges that cannot cost less than a limit, as move-bounds.ts tells moves.

import { energyWithout, interferenceWithout, transferTimes, uplinkSignal, uplinkWork } from './channel-members'
import { turned } from './joint'
import {
  channelEnergy,
  channelOf,
  channels,
  clientEnergy,
  clientPower,
  clientSamples,
  clients,
  headEnergy,
  headTime,
  interference,
  KEPT,
  real,
  SITS_OUT,
  serverOf,
  slots,
  whole,
} from './memory'
import { nearEither, nearOnly } from './near'
import { efficienciesOf } from './rate'
import { edgeRelief, knowSlowest, longer, slackOf, slowestChannel, slowestChannelTime } from './slowest'
import { energy, weigh } from './totals'

// What all exchanges of a client have in common.
let exchanger: i32 = -1
/** Energy of the round if the client left its channel, with its head's, J. */
let exchangerJoules: f64 = 0
/** The two slowest channels but the client's own: the first of them, and the longest time on each, s. */
let exchangerSlowest: i32 = -1
let exchangerTime: f64 = 0
let exchangerNextTime: f64 = 0

/** Takes note of a changed assignment. */
export function settleSwaps(): void {
  exchanger = -1
}

/** Whether two clients that exchange their slots surely cost the limit or more. */
export function swapReaches(first: i32, second: i32, limit: f64): bool {
  if (limit === Infinity || (JOINT && turned) || whole(slots, first) === SITS_OUT || whole(slots, second) === SITS_OUT)
    return false
  prepareExchanges(first)
  return exchangeReaches(first, second, slackOf(limit))
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
  const slackLimit = slackOf(limit)
  const end = clients
  const perServer = channels
  const kept = nearOnly
  for (let second = after + 1; second < end; second++) {
    const slot = whole(held, second)
    if (slot === SITS_OUT || slot === own) continue
    if (kept && !nearEither(first, own / perServer, second, slot / perServer)) continue
    if (limit === Infinity || (JOINT && turned) || !exchangeReaches(first, second, slackLimit)) return second
  }
  return SITS_OUT
}

function prepareExchanges(client: i32): void {
  if (client === exchanger) return
  exchanger = client
  const channel = whole(channelOf, client)
  exchangerJoules = energy + real(headEnergy, client) - (real(channelEnergy, channel) - energyWithout(client))
  knowSlowest()
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

// @inline
function sendingEnergy(client: i32, seconds: f64): f64 {
  const power = real(clientPower, client)
  return JOINT && power === 0 ? 0 : power * seconds
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
    // Nobody else on the channel notices which of them is where, unless slots are shared or powers of servers differ.
    const theirs = JOINT ? real(channelEnergy, channelA) : real(clientEnergy, first) + real(clientEnergy, second)
    joules = energy + real(headEnergy, first) + real(headEnergy, second) - theirs
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
  joules += sendingEnergy(first, firstTime) + sendingEnergy(second, secondTime)
  seconds = longer(seconds, real(headTime, first) + firstTime)
  seconds = longer(seconds, real(headTime, second) + secondTime)
  return weigh(seconds, joules) >= slackLimit
}
