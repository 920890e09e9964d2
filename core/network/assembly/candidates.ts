// The cost of each way to change the assignment a little.

import { beginTrial, trialCount, tryChannel } from './channels'
import { harmReaches } from './harm-bounds'
import { gaveUp, tryJoining } from './joining'
import { beginTurns, chosenLoad, exchange, retime, timeInTurns, turned } from './joint'
import {
  bySlowness,
  channelEnergy,
  channelOf,
  channels,
  clientEnergy,
  clientSamples,
  edgeTime,
  energyWeight,
  latencyWeight,
  radioTime,
  real,
  SITS_OUT,
  serverOf,
  serverSamples,
  servers,
  serverTime,
  slots,
  trialClient,
  trialEnergy,
  trialServer,
  trialTime,
  unservedCost,
  whole,
} from './memory'
import { moveReaches, nextHopefulMove } from './move-bounds'
import { edgeTimeOf, longestWithout } from './servers'
import { slackOf } from './slowest'
import { nextHopefulSwap, swapReaches } from './swap-bounds'
import { costOf, energy, time, weigh } from './totals'

// The servers that the latest candidate changes, -1 for none, and their edge times in it.
let leftServer: i32 = -1
let leftEdgeTime: f64 = 0
let joinedServer: i32 = -1
let joinedEdgeTime: f64 = 0

// Time, energy and cost of the latest candidate that was worked out.
export let latestTime: f64 = 0
export let latestEnergy: f64 = 0
export let latestCost: f64 = 0

/** Candidates worked out since the last `reset`, and not passed over by a bound. */
export let workedOut: i32 = 0

/** Begins to count anew. */
export function forgetWorkedOut(): void {
  workedOut = 0
}

/** Cost after a client takes a slot, or gives up its own for `SITS_OUT`; Infinity may stand for any from the limit on. */
export function costOfMoving(client: i32, slot: i32, limit: f64): f64 {
  return moveReaches(client, slot, limit) ? Infinity : costOfChange(client, slot, -1, SITS_OUT, limit)
}

/**
 * The first free slot after `after` to which a move costs less than the limit, and `latestCost` is what; `SITS_OUT` where
 * there is none. Without a limit, the first free slot whatever it costs.
 */
export function nextMove(client: i32, after: i32, limit: f64): i32 {
  let slot = nextHopefulMove(client, after, limit)
  while (slot !== SITS_OUT && !(costOfHopeful(client, slot, limit) < limit) && limit !== Infinity) {
    slot = nextHopefulMove(client, slot, limit)
  }
  return slot
}

/** Cost after a client takes a slot that `nextHopefulMove` came to, likewise. */
// @inline
export function costOfHopeful(client: i32, slot: i32, limit: f64): f64 {
  if (KEEPS_STRONGEST && harmReaches(client, slot, limit)) return Infinity
  return costOfChange(client, slot, -1, SITS_OUT, limit)
}

/** The first client after `after` with whom an exchange of slots costs less than the limit, likewise. */
export function nextSwap(first: i32, after: i32, limit: f64): i32 {
  let second = nextHopefulSwap(first, after, limit)
  while (second !== SITS_OUT && !(costOfSwap(first, second, limit) < limit) && limit !== Infinity) {
    second = nextHopefulSwap(first, second, limit)
  }
  return second
}

export function costOfRemoving(client: i32): f64 {
  return costOfChange(client, SITS_OUT, -1, SITS_OUT, Infinity)
}

/** Cost after two clients exchange their slots; Infinity may stand for any from the limit on. */
export function costOfSwapping(first: i32, second: i32, limit: f64): f64 {
  return swapReaches(first, second, limit) ? Infinity : costOfSwap(first, second, limit)
}

// @inline
function costOfSwap(first: i32, second: i32, limit: f64): f64 {
  return costOfChange(first, whole(slots, second), second, whole(slots, first), limit)
}

/** λT_n + μE_n of a client as the assignment stands; 0 where it sits out. */
export function clientCost(client: i32): f64 {
  if (whole(slots, client) === SITS_OUT) return 0
  return costOf(real(radioTime, client) + real(edgeTime, whole(serverOf, client)), real(clientEnergy, client))
}

/** The same in the latest candidate. */
export function candidateClientCost(client: i32): f64 {
  for (let i = 0; i < trialCount; i++) {
    if (whole(trialClient, i) !== client) continue
    return costOf(real(trialTime, i) + trialEdgeTime(whole(trialServer, i)), real(trialEnergy, i))
  }
  if (whole(slots, client) === SITS_OUT) return 0
  return costOf(real(radioTime, client) + trialEdgeTime(whole(serverOf, client)), real(clientEnergy, client))
}

/**
 * Cost after `first` takes `firstSlot` and `second` (-1 for nobody) takes `secondSlot`; Infinity where those on the channels
 * that change cost the limit or more by themselves.
 */
function costOfChange(first: i32, firstSlot: i32, second: i32, secondSlot: i32, limit: f64): f64 {
  const firstServer = firstSlot === SITS_OUT ? -1 : firstSlot / channels
  const firstChannel = firstSlot === SITS_OUT ? -1 : firstSlot - firstServer * channels
  const secondServer = secondSlot === SITS_OUT ? -1 : secondSlot / channels
  const secondChannel = secondSlot === SITS_OUT ? -1 : secondSlot - secondServer * channels

  workedOut++
  beginTrial()
  let joules: f64 = 0
  // Of the two to four channels named, the distinct ones: a swap exchanges its two, a move has two, a placing one.
  const channelA = whole(slots, first) === SITS_OUT ? -1 : whole(channelOf, first)
  const channelB = firstChannel === channelA ? -1 : firstChannel
  if (channelA >= 0) joules += tryChannel(channelA, first, firstChannel, firstServer, second, secondChannel, secondServer)
  if (channelB >= 0) {
    if (second >= 0 || (JOINT && turned)) {
      joules += tryChannel(channelB, first, firstChannel, firstServer, second, secondChannel, secondServer)
    } else {
      joules += tryJoining(channelB, first, firstServer, channelA < 0 ? mostJoules(limit) : Infinity)
      if (gaveUp) return Infinity
    }
  }
  joules += energyBeside(channelA, channelB)

  if (JOINT && turned) return costInTurns(first, firstServer, second, secondServer, joules)
  tryServers(first, firstServer, second, secondServer)
  // Rounding keeps the order of numbers, so the longest sum is that of the longest.
  let seconds: f64 = 0
  const trials = trialCount
  const times = trialTime
  const trialsAt = trialServer
  for (let i = 0; i < trials; i++) {
    const total = real(times, i) + trialEdgeTime(whole(trialsAt, i))
    if (total > seconds) seconds = total
  }
  latestTime = seconds
  latestEnergy = joules
  latestCost = unservedCost + weigh(seconds, joules)
  if (latestCost >= limit && limit !== Infinity) return Infinity

  // Then the others: of the two servers that change, and of the rest, slowest first, as far as one may still be slower.
  const left = leftServer
  const joined = joinedServer
  if (left >= 0) {
    const longest = longestWithout(left, channelA, channelB)
    if (longest >= 0 && longest + leftEdgeTime > seconds) seconds = longest + leftEdgeTime
  }
  if (joined >= 0) {
    const longest = longestWithout(joined, channelA, channelB)
    if (longest >= 0 && longest + joinedEdgeTime > seconds) seconds = longest + joinedEdgeTime
  }
  const count = servers
  const order = bySlowness
  for (let i = 0; i < count; i++) {
    const m = whole(order, i)
    if (!(real(serverTime, m) > seconds)) break
    if (m === left || m === joined) continue
    const longest = longestWithout(m, channelA, channelB)
    if (longest >= 0 && longest + real(edgeTime, m) > seconds) seconds = longest + real(edgeTime, m)
  }
  latestTime = seconds
  latestCost = unservedCost + costOf(seconds, joules)
  return latestCost
}

/** Energy that a client who comes may take, and cost others, for the cost to stay below a limit, J. */
// @inline
function mostJoules(limit: f64): f64 {
  return limit === Infinity ? limit : (slackOf(limit) - latencyWeight * time) / energyWeight - energy
}

/** The same where clients take part in turns, from everyone's times. */
function costInTurns(first: i32, firstServer: i32, second: i32, secondServer: i32, joules: f64): f64 {
  beginTurns()
  if (firstServer < 0) retime(first, -1, 0)
  if (second >= 0 && secondServer < 0) retime(second, -1, 0)
  for (let i = 0; i < trialCount; i++) retime(whole(trialClient, i), whole(trialServer, i), real(trialTime, i))
  latestTime = timeInTurns()
  latestEnergy = joules
  latestCost = unservedCost + costOf(latestTime, joules)
  return latestCost
}

/** Cost after a client takes a slot, or none, and what was written as its choice; the assignment and the client stay as they are. */
export function costOfChoosing(client: i32, slot: i32): f64 {
  exchange(client)
  // What it had lies where its choice was.
  loadChange = real(clientSamples, client) - chosenLoad()
  const cost = costOfChange(client, slot, -1, SITS_OUT, Infinity)
  loadChange = 0
  exchange(client)
  return cost
}

/** By how much the client that changes has more load in the latest candidate than as the assignment stands. */
let loadChange: f64 = 0

/** Energy of all channels but two, J. */
// @inline
function energyBeside(channelA: i32, channelB: i32): f64 {
  let two: f64 = 0
  if (channelA >= 0) two += real(channelEnergy, channelA)
  if (channelB >= 0) two += real(channelEnergy, channelB)
  const rest = energy - two
  // A difference is as exact as a sum unless little remains, or the whole is infinite.
  return rest > energy * 0.0625 ? rest : sumBeside(channelA, channelB)
}

function sumBeside(channelA: i32, channelB: i32): f64 {
  const energies = channelEnergy
  const count = channels
  let sum: f64 = 0
  for (let k = 0; k < count; k++) {
    if (k !== channelA && k !== channelB) sum += real(energies, k)
  }
  return sum
}

/** Edge times of the servers whose samples the candidate changes. */
function tryServers(first: i32, firstServer: i32, second: i32, secondServer: i32): void {
  const samples = real(clientSamples, first)
  const net = samples - (second >= 0 ? real(clientSamples, second) : 0)
  // A swap takes `first` from where `second` goes, so two servers are all there can be.
  leftServer = whole(slots, first) === SITS_OUT ? -1 : whole(serverOf, first)
  joinedServer = firstServer === leftServer ? -1 : firstServer
  if (leftServer >= 0) {
    const left = (firstServer === leftServer ? 0 : secondServer === leftServer ? net : samples) - (JOINT ? loadChange : 0)
    leftEdgeTime = edgeTimeOf(leftServer, real(serverSamples, leftServer) - left)
  }
  if (joinedServer >= 0) {
    joinedEdgeTime = edgeTimeOf(joinedServer, real(serverSamples, joinedServer) + (second >= 0 ? net : samples))
  }
}

function trialEdgeTime(server: i32): f64 {
  return server === leftServer ? leftEdgeTime : server === joinedServer ? joinedEdgeTime : real(edgeTime, server)
}
