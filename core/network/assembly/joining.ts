// A channel that one more client joins, while nobody leaves.
//
// The newcomer is the last that each hears, so what it adds to the sums as they stand is what summing anew gives, in time that
// grows with the clients of the channel, not their square.

import { memberGainsOf, membersOf, transferTimes } from './channel-members'
import { beginTrial, gained, hear, rises, trialCount, tried, triedClient, triedSlot } from './channels'
import { gainAt, gainOf } from './gains'
import { disturbance, downlinkDisturbance, downlinkSignal, energyFor, isApart, shareOf, signalPower, timeFor } from './joint'
import {
  channelEfficiency,
  channelEnergy,
  channels,
  clientEnergy,
  clientPower,
  clients,
  downlinkGain,
  downlinkMeans,
  energyLeft,
  headEnergy,
  interference,
  memberCount,
  noise,
  radioTime,
  real,
  received,
  serverOf,
  serverPower,
  servers,
  setReal,
  setWhole,
  signals,
  trialClient,
  trialEnergy,
  trialInterference,
  trialServer,
  trialSignals,
  trialTime,
  uplinkGain,
  whole,
  work,
} from './memory'
import { efficienciesOf } from './rate'
import { slowDown } from './servers'

/**
 * Works a channel out as it would be if a client came to it, behind what the trial holds; returns its energy, J.
 *
 * Where strongest links are kept, and a channel has many clients, gives up, and says so in `gaveUp`, where that surely takes more
 * energy than `most`, J, beyond what all take as they are.
 */
export function tryJoining(channel: i32, client: i32, server: i32, most: f64): f64 {
  const joules = workOut(channel, client, server, most)
  if (gaveUp) return joules
  joiningEnergy = joules
  tried(client, server * channels + channel, whole(memberCount, channel) + 1)
  gained(joiningEfficiency - real(channelEfficiency, channel))
  return joules
}

/** Whether the latest channel that a client was to join was given up. */
export let gaveUp = false

// Energy, J, and spectral efficiency of the channel that was worked out last as it would be joined.
let joiningEnergy: f64 = 0
let joiningEfficiency: f64 = 0

/** So many clients' gains, far apart in memory, are asked for before the first is worked with: the processor then waits for them together. */
const BLOCK = 32

/** What the client at a place among those on a channel hears of a server, as a gain. */
// @inline
function toMember(place: i32, client: i32, server: i32, channel: i32): f64 {
  if (!JOINT && place < servers) return load<f64>(memberGainsOf(channel, place) + ((<usize>server) << 6))
  return gainAt(downlinkGain, downlinkMeans, client, server, channel)
}

// @inline
function workOut(channel: i32, client: i32, server: i32, most: f64): f64 {
  const start = trialCount
  const row = membersOf(channel)
  const count = whole(memberCount, channel)
  const trials = trialClient + ((<usize>start) << 2)
  const trialsAt = trialServer + ((<usize>start) << 2)
  const times = trialTime + ((<usize>start) << 3)
  const energies = trialEnergy + ((<usize>start) << 3)
  const heardBy = trialInterference + ((<usize>start) << 4)
  // Of those on the channel signals are known: SINRs stand there.
  const sinrs = trialSignals + ((<usize>start) << 4)
  const servedBy = serverOf
  const powers = clientPower
  const serverPowers = serverPower
  const stride = (<usize>servers) << 3
  const onChannel = <usize>(channel * clients) * stride
  const downlinks = downlinkGain + onChannel + ((<usize>server) << 3)
  const toServers = uplinkGain + onChannel + <usize>client * stride
  const fromServers = downlinkGain + onChannel + <usize>client * stride
  const power = real(powers, client)
  const signalled = signalPower(powers, client)
  const disturbing = disturbance(powers, client)
  const fromServer = downlinkDisturbance(serverPowers, client, server)
  let downlinkNoise = noise
  gaveUp = false
  // Those on the channel take longer than before, if anything: what was gone through so far is the least that it takes, beside
  // what the newcomer's head does, or is worth if serving it is.
  let left = most - real(headEnergy, client)
  let total: f64 = 0
  let efficiency: f64 = 0
  for (let from = 0; from < count; from += BLOCK) {
    const to = min(from + BLOCK, count)
    for (let i = from; i < to; i++) {
      const other = whole(row, i)
      const at = whole(servedBy, other)
      setWhole(trials, i, other)
      setWhole(trialsAt, i, at)
      let noises = v128.load(interference + ((<usize>other) << 4))
      if (!isApart(client, server, other, at)) {
        const heard = KEEPS_STRONGEST ? gainOf(downlinkGain, client, at, channel) : real(fromServers, at)
        const toServer = KEEPS_STRONGEST ? gainOf(uplinkGain, client, at, channel) : real(toServers, at)
        const toOther = KEEPS_STRONGEST ? toMember(i, other, server, channel) : load<f64>(downlinks + <usize>other * stride)
        downlinkNoise += downlinkDisturbance(serverPowers, other, at) * heard
        noises = f64x2.add(noises, f64x2(disturbing * toServer, fromServer * toOther))
      }
      v128.store(heardBy + ((<usize>i) << 4), noises)
      v128.store(sinrs + ((<usize>i) << 4), f64x2.div(v128.load(signals + ((<usize>other) << 4)), noises))
    }
    for (let i = from; i < to; i++) {
      const other = whole(trials, i)
      const efficiencies = efficienciesOf(v128.load(sinrs + ((<usize>i) << 4)))
      const taken = transferTimes(v128.load(work + ((<usize>other) << 4)), efficiencies)
      const uplinkTime = f64x2.extract_lane(taken, 0)
      const downlinkTime = f64x2.extract_lane(taken, 1)
      const energy = energyFor(other, real(powers, other), uplinkTime, downlinkTime)
      setReal(times, i, timeFor(other, whole(trialsAt, i), uplinkTime, downlinkTime))
      setReal(energies, i, energy)
      efficiency += shareOf(other) * (f64x2.extract_lane(efficiencies, 0) + f64x2.extract_lane(efficiencies, 1))
      total += energy
      if (JOINT || !KEEPS_STRONGEST) continue
      left -= energy - real(clientEnergy, other)
      if (!(left < 0)) continue
      gaveUp = true
      return total
    }
  }
  // Read where the loop reads: see `channels`.
  const toOwn = KEEPS_STRONGEST ? gainOf(uplinkGain, client, server, channel) : real(toServers, server)
  const fromOwn = KEEPS_STRONGEST ? gainOf(downlinkGain, client, server, channel) : real(fromServers, server)
  const signal = f64x2(signalled * toOwn, downlinkSignal(serverPowers, client, server) * fromOwn)
  const noises = f64x2(real(received, channel * servers + server), downlinkNoise)
  v128.store(heardBy + ((<usize>count) << 4), noises)
  v128.store(trialSignals + ((<usize>(start + count)) << 4), signal)
  const efficiencies = efficienciesOf(f64x2.div(signal, noises))
  const taken = transferTimes(v128.load(work + ((<usize>client) << 4)), efficiencies)
  const uplinkTime = f64x2.extract_lane(taken, 0)
  const downlinkTime = f64x2.extract_lane(taken, 1)
  const energy = energyFor(client, power, uplinkTime, downlinkTime)
  setWhole(trials, count, client)
  setWhole(trialsAt, count, server)
  setReal(times, count, timeFor(client, server, uplinkTime, downlinkTime))
  setReal(energies, count, energy)
  efficiency += shareOf(client) * (f64x2.extract_lane(efficiencies, 0) + f64x2.extract_lane(efficiencies, 1))
  joiningEfficiency = efficiency
  return total + energy
}

/** Works a channel out for those on it and one more who is about to join it; tells the server of each how much slower it got. */
export function settleJoining(channel: i32, client: i32, server: i32): void {
  // Most often it was tried last.
  if (JOINT || triedClient !== client || triedSlot !== server * channels + channel) {
    beginTrial()
    tryJoining(channel, client, server, Infinity)
  }
  setReal(channelEnergy, channel, joiningEnergy)
  setReal(channelEfficiency, channel, joiningEfficiency)
  const row = membersOf(channel)
  const count = whole(memberCount, channel)
  for (let i = 0; i < count; i++) {
    const other = whole(row, i)
    slowDown(other, channel, real(radioTime, other), real(trialTime, i))
    keep(other, i)
  }
  v128.store(signals + ((<usize>client) << 4), v128.load(trialSignals + ((<usize>count) << 4)))
  keep(client, count)
  if (KEEPS_STRONGEST && !JOINT) rises(client, channel, server)
  const power = received + ((<usize>(channel * servers)) << 3)
  hear(power, client, server, channel)
  beginTrial()
}

/** Keeps what was tried of a client. */
// @inline
function keep(client: i32, i: i32): void {
  v128.store(interference + ((<usize>client) << 4), v128.load(trialInterference + ((<usize>i) << 4)))
  setReal(radioTime, client, real(trialTime, i))
  setReal(clientEnergy, client, real(trialEnergy, i))
  setReal(energyLeft, client, NaN)
}
