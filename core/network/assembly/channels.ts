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
  downlinkMeans,
  energyLeft,
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
  uplinkMeans,
  whole,
  work,
} from './memory'
import { efficienciesOf } from './rate'
import { slowDown } from './servers'

export let trialCount: i32 = 0
/** Spectral efficiency gained by the latest candidate, bit/s/Hz. */
export let trialEfficiency: f64 = 0

export function beginTrial(): void {
  trialCount = 0
  trialEfficiency = 0
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
  trialEfficiency = 0
  setReal(channelEnergy, channel, workOut(channel, 0, count))
  setReal(channelEfficiency, channel, trialEfficiency)
  for (let i = 0; i < count; i++) {
    const client = whole(row, i)
    setReal(radioTime, client, real(trialTime, i))
    setReal(clientEnergy, client, real(trialEnergy, i))
    const pair = (<usize>i) << 4
    v128.store(signals + ((<usize>client) << 4), v128.load(trialSignals + pair))
    v128.store(interference + ((<usize>client) << 4), v128.load(trialInterference + pair))
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

/**
 * Works a channel out as it would be if a client came to it, likewise; in time that grows with its clients, not their square.
 *
 * The newcomer is the last that each hears, so what it adds to the sums as they stand is what summing anew gives.
 */
export function tryJoining(channel: i32, client: i32, server: i32): f64 {
  const joules = workOutJoining(channel, client, server, false)
  trialEfficiency += joiningEfficiency - real(channelEfficiency, channel)
  return joules
}

/** Spectral efficiency of the channel that was worked out last as it would be joined. */
let joiningEfficiency: f64 = 0

// @inline
function workOutJoining(channel: i32, client: i32, server: i32, keep: bool): f64 {
  const start = trialCount
  const row = membersOf(channel)
  const count = whole(memberCount, channel)
  const trials = trialClient + ((<usize>start) << 2)
  const trialsAt = trialServer + ((<usize>start) << 2)
  const times = trialTime + ((<usize>start) << 3)
  const energies = trialEnergy + ((<usize>start) << 3)
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
  let total: f64 = 0
  let efficiency: f64 = 0
  for (let i = 0; i < count; i++) {
    const other = whole(row, i)
    const at = whole(servedBy, other)
    setWhole(trials, i, other)
    setWhole(trialsAt, i, at)
    let noises = v128.load(interference + ((<usize>other) << 4))
    if (!isApart(client, server, other, at)) {
      const heard = KEEPS_STRONGEST ? gainOf(downlinkGain, client, at, channel) : real(fromServers, at)
      const toServer = KEEPS_STRONGEST ? gainOf(uplinkGain, client, at, channel) : real(toServers, at)
      const toOther = KEEPS_STRONGEST
        ? gainAt(downlinkGain, downlinkMeans, other, server, channel)
        : load<f64>(downlinks + <usize>other * stride)
      downlinkNoise += downlinkDisturbance(serverPowers, other, at) * heard
      noises = f64x2.add(noises, f64x2(disturbing * toServer, fromServer * toOther))
    }
    if (keep) v128.store(interference + ((<usize>other) << 4), noises)
    const efficiencies = efficienciesOf(f64x2.div(v128.load(signals + ((<usize>other) << 4)), noises))
    const taken = transferTimes(v128.load(work + ((<usize>other) << 4)), efficiencies)
    const uplinkTime = f64x2.extract_lane(taken, 0)
    const downlinkTime = f64x2.extract_lane(taken, 1)
    const energy = energyFor(other, real(powers, other), uplinkTime, downlinkTime)
    setReal(times, i, timeFor(other, at, uplinkTime, downlinkTime))
    setReal(energies, i, energy)
    efficiency += shareOf(other) * (f64x2.extract_lane(efficiencies, 0) + f64x2.extract_lane(efficiencies, 1))
    total += energy
  }
  const signal = f64x2(
    signalled * gainOf(uplinkGain, client, server, channel),
    downlinkSignal(serverPowers, client, server) * gainOf(downlinkGain, client, server, channel),
  )
  const noises = f64x2(real(received, channel * servers + server), downlinkNoise)
  if (keep) {
    v128.store(signals + ((<usize>client) << 4), signal)
    v128.store(interference + ((<usize>client) << 4), noises)
  }
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
  trialCount = start + count + 1
  return total + energy
}

/**
 * Works a channel out for those on it and one more who is about to join it, in time that grows with its clients, not their
 * square; tells the server of each how much slower it got.
 *
 * The newcomer is the last that each hears, so the sums are those that `settleChannel` would come to.
 */
export function settleJoining(channel: i32, client: i32, server: i32): void {
  beginTrial()
  setReal(channelEnergy, channel, workOutJoining(channel, client, server, true))
  setReal(channelEfficiency, channel, joiningEfficiency)
  const row = membersOf(channel)
  const count = whole(memberCount, channel)
  for (let i = 0; i < count; i++) {
    const other = whole(row, i)
    const time = real(trialTime, i)
    slowDown(other, channel, real(radioTime, other), time)
    setReal(radioTime, other, time)
    setReal(clientEnergy, other, real(trialEnergy, i))
    setReal(energyLeft, other, NaN)
  }
  setReal(radioTime, client, real(trialTime, count))
  setReal(clientEnergy, client, real(trialEnergy, count))
  setReal(energyLeft, client, NaN)
  const power = received + ((<usize>(channel * servers)) << 3)
  hear(power, client, server, channel)
}

/** Adds what servers receive of a client to their sums of a channel, but for its own server where what it sends disturbs nobody. */
// @inline
function hear(sums: usize, client: i32, server: i32, channel: i32): void {
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
    // Uplink and downlink side by side.
    const signal = f64x2(
      signalPower(powers, client) * gainOf(uplinkGain, client, server, channel),
      downlinkSignal(serverPowers, client, server) * gainOf(downlinkGain, client, server, channel),
    )
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
