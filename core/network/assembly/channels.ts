// The interference, times and energies of those who share a channel, as they are and as a candidate would leave them.
//
// Interference is always summed anew over a channel, never updated by differences, so that nothing drifts.

import { membersOf, transferTimes } from './channel-members'
import { gainAddress, gainAt, gainOf } from './gains'
import { disturbance, downlinkDisturbance, downlinkSignal, energyFor, isApart, shareOf, signalPower, timeFor } from './joint'
import {
  channelEfficiency,
  channelEnergy,
  clientEnergy,
  clientPower,
  clients,
  downlinkGain,
  energyLeft,
  interference,
  leastRise,
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
  uplinkMeans,
  whole,
  work,
} from './memory'
import { efficienciesOf, leastSlope } from './rate'

export let trialCount: i32 = 0
/** Spectral efficiency gained by the latest candidate, bit/s/Hz. */
export let trialEfficiency: f64 = 0

/** The client and slot that the trial is about alone, -1 for none: one who joins a channel that nobody leaves. */
export let triedClient: i32 = -1
export let triedSlot: i32 = -1

export function beginTrial(): void {
  trialCount = 0
  trialEfficiency = 0
  triedClient = -1
}

/** Takes note that a client who came to a slot was tried, with so many in all. */
export function tried(client: i32, slot: i32, count: i32): void {
  triedClient = trialCount === 0 ? client : -1
  triedSlot = slot
  trialCount += count
}

/** Takes note of what the channels that were tried gain, bit/s/Hz. */
export function gained(efficiency: f64): void {
  trialEfficiency += efficiency
}

/** Works a channel out for those who share it now. */
export function settleChannel(channel: i32): void {
  const row = membersOf(channel)
  const count = whole(memberCount, channel)
  const power = received + ((<usize>(channel * servers)) << 3)
  for (let m = 0; m < servers; m++) setReal(power, m, noise)
  for (let i = 0; i < count; i++) {
    const client = whole(row, i)
    setWhole(trialClient, i, client)
    setWhole(trialServer, i, whole(serverOf, client))
    hear(power, client, whole(serverOf, client), channel)
  }
  beginTrial()
  if (KEEPS_STRONGEST && !JOINT) memory.fill(leastRise + ((<usize>(channel * servers)) << 3), 0, (<usize>servers) << 3)
  setReal(channelEnergy, channel, workOut(channel, 0, count))
  setReal(channelEfficiency, channel, trialEfficiency)
  for (let i = 0; i < count; i++) {
    const client = whole(row, i)
    setReal(radioTime, client, real(trialTime, i))
    setReal(clientEnergy, client, real(trialEnergy, i))
    const pair = (<usize>i) << 4
    v128.store(signals + ((<usize>client) << 4), v128.load(trialSignals + pair))
    v128.store(interference + ((<usize>client) << 4), v128.load(trialInterference + pair))
    if (KEEPS_STRONGEST && !JOINT) rises(client, channel, whole(serverOf, client))
    setReal(energyLeft, client, NaN)
  }
}

/**
 * Works a channel out as a candidate would leave it, behind what the trial holds; returns its energy, J.
 *
 * Either client may leave it, come to it, both or neither.
 */
export function tryChannel(
  channel: i32,
  first: i32,
  firstChannel: i32,
  firstServer: i32,
  second: i32,
  secondChannel: i32,
  secondServer: i32,
): f64 {
  const start = trialCount
  const row = membersOf(channel)
  const last = row + ((<usize>whole(memberCount, channel)) << 2)
  const trials = trialClient
  const trialsAt = trialServer
  const servedBy = serverOf
  let end = start
  for (let at = row; at < last; at += 4) {
    const client = load<i32>(at)
    if (client === first || client === second) continue
    setWhole(trials, end, client)
    setWhole(trialsAt, end++, whole(servedBy, client))
  }
  if (firstChannel === channel) {
    setWhole(trialClient, end, first)
    setWhole(trialServer, end++, firstServer)
  }
  if (secondChannel === channel) {
    setWhole(trialClient, end, second)
    setWhole(trialServer, end++, secondServer)
  }
  trialCount = end
  trialEfficiency -= real(channelEfficiency, channel)
  return workOut(channel, start, end)
}

/** Takes note of how much a client's energy rises at least with what its server hears beside it. */
// @inline
export function rises(client: i32, channel: i32, server: i32): void {
  const slot = channel * servers + server
  const joules = real(clientPower, client) * real(work, 2 * client)
  setReal(leastRise, slot, real(leastRise, slot) + joules * leastSlope(real(signals, 2 * client)))
}

/** Adds what servers receive of a client to their sums of a channel, but for its own server where what it sends disturbs nobody. */
// @inline
export function hear(sums: usize, client: i32, server: i32, channel: i32): void {
  const power = disturbance(clientPower, client)
  const row = gainAddress(uplinkGain, client, 0, channel)
  const end = servers
  for (let m = 0; m < end; m++) {
    if (isApart(client, server, client, m)) continue
    const gain = KEEPS_STRONGEST ? gainOf(uplinkGain, client, m, channel) : real(row, m)
    setReal(sums, m, real(sums, m) + power * gain)
  }
}

/** Times and energies of the clients from `start` to `end` of the trial, sharing a channel; returns their energy, J. */
function workOut(channel: i32, start: i32, end: i32): f64 {
  const trials = trialClient
  const trialsAt = trialServer
  const powers = clientPower
  const serverPowers = serverPower
  const stride = (<usize>servers) << 3
  const onChannel = <usize>(channel * clients) * stride
  const uplinks = uplinkGain + onChannel
  const downlinks = downlinkGain + onChannel
  const silence = noise
  let total: f64 = 0
  let efficiency: f64 = 0
  for (let i = start; i < end; i++) {
    const client = whole(trials, i)
    const server = whole(trialsAt, i)
    const power = real(powers, client)
    const toServer = uplinks + ((<usize>server) << 3)
    const fromServers = downlinks + <usize>client * stride
    let uplinkNoise = silence
    let downlinkNoise = silence
    for (let j = start; j < end; j++) {
      if (j === i) continue
      const other = whole(trials, j)
      const otherServer = whole(trialsAt, j)
      if (isApart(client, server, other, otherServer)) continue
      const heardAt = KEEPS_STRONGEST
        ? gainAt(uplinkGain, uplinkMeans, other, server, channel)
        : load<f64>(toServer + <usize>other * stride)
      const heardFrom = KEEPS_STRONGEST ? gainOf(downlinkGain, client, otherServer, channel) : real(fromServers, otherServer)
      uplinkNoise += disturbance(powers, other) * heardAt
      downlinkNoise += downlinkDisturbance(serverPowers, other, otherServer) * heardFrom
    }
    // Where the loop reads, and not by `gainOf`: what is read after it, too, is located before it, not once more for each client that it meets.
    const toOwn = KEEPS_STRONGEST ? gainOf(uplinkGain, client, server, channel) : load<f64>(toServer + <usize>client * stride)
    const fromOwn = KEEPS_STRONGEST ? gainOf(downlinkGain, client, server, channel) : real(fromServers, server)
    // Uplink and downlink side by side.
    const signal = f64x2(signalPower(powers, client) * toOwn, downlinkSignal(serverPowers, client, server) * fromOwn)
    const noises = f64x2(uplinkNoise, downlinkNoise)
    v128.store(trialSignals + ((<usize>i) << 4), signal)
    v128.store(trialInterference + ((<usize>i) << 4), noises)
    const efficiencies = efficienciesOf(f64x2.div(signal, noises))
    const times = transferTimes(v128.load(work + ((<usize>client) << 4)), efficiencies)
    const uplinkTime = f64x2.extract_lane(times, 0)
    const downlinkTime = f64x2.extract_lane(times, 1)
    const energy = energyFor(client, power, uplinkTime, downlinkTime)
    setReal(trialTime, i, timeFor(client, server, uplinkTime, downlinkTime))
    setReal(trialEnergy, i, energy)
    efficiency += shareOf(client) * (f64x2.extract_lane(efficiencies, 0) + f64x2.extract_lane(efficiencies, 1))
    total += energy
  }
  trialEfficiency += efficiency
  return total
}
