import type { Event, Simulation } from '../../kernel/index.js'
import { channelOf, serverOf } from '../../network/assignment.js'
import { spectralEfficiency } from '../../network/rate-curve.js'
import { meanPower, signalPower } from '../../network/round-links.js'
import { gainIndex, type RoundNetwork } from '../../network/round-network.js'
import { ChannelEnds } from '../dynamics/channel-ends.js'
import type { Direction } from '../dynamics/radio.js'
import { ReceivedPowers } from './received-powers.js'

const NOBODY = -1

/**
 * The transfers of one direction, whoever begins one whenever and on whichever slot, each at the rate that those on the air
 * leave it (eqs. 10 and 15 over the links that are active).
 *
 * As in a round's radio a change re-times its channel and nothing else, and a channel has one event in the kernel.
 */
export class Air {
  readonly #simulation: Simulation
  readonly #direction: Direction
  #network: RoundNetwork
  // Of each client.
  readonly #server: Int32Array
  readonly #channel: Int32Array
  /** W at which the client, or its server to it, sends, as decided; NaN where it is the network's. */
  readonly #decided: Float64Array
  /** What it has of its slot; W of its signal, and W that others hear of it (`RoundLinks`). */
  readonly #share: Float64Array
  readonly #signal: Float64Array
  readonly #heard: Float64Array
  readonly #rate: Float64Array
  readonly #remaining: Float64Array
  readonly #done: (Event | undefined)[]
  /** Where its link stands in what is received on its channel. */
  readonly #place: Int32Array
  // Of each channel: what is received on it, who is on the air, since when the rates hold, whose transfer ends first, and when.
  readonly #received: readonly ReceivedPowers[]
  readonly #active: number[][]
  readonly #updated: Float64Array
  readonly #earliest: Int32Array
  readonly #ends: ChannelEnds

  constructor(simulation: Simulation, network: RoundNetwork, direction: Direction) {
    const { clients, channels } = network
    this.#simulation = simulation
    this.#network = network
    this.#direction = direction
    this.#server = new Int32Array(clients)
    this.#channel = new Int32Array(clients)
    this.#decided = new Float64Array(clients)
    this.#share = new Float64Array(clients)
    this.#signal = new Float64Array(clients)
    this.#heard = new Float64Array(clients)
    this.#rate = new Float64Array(clients)
    this.#remaining = new Float64Array(clients)
    this.#done = new Array<Event | undefined>(clients).fill(undefined)
    this.#place = new Int32Array(clients)
    this.#received = Array.from({ length: channels }, () => new ReceivedPowers())
    this.#active = Array.from({ length: channels }, () => [])
    this.#updated = new Float64Array(channels)
    this.#earliest = new Int32Array(channels).fill(NOBODY)
    this.#ends = new ChannelEnds(simulation, channels, (channel) => this.#finishEarliest(channel))
  }

  /** Other gains from now on; what is on the air goes on at the rates that they give. */
  setNetwork(network: RoundNetwork): void {
    for (let channel = 0; channel < this.#active.length; channel++) this.#advance(channel)
    this.#network = network
    for (let channel = 0; channel < this.#active.length; channel++) {
      const active = this.#active[channel]
      for (const client of active) this.#setPower(client)
      for (const client of active) this.#receive(client, channel)
      if (active.length > 0) this.#retime(channel)
    }
  }

  /**
   * Starts to transfer bits (more than 0) to or from a client that is not on the air, on a slot or a share of it, at a power, W, where one
   * was decided; the event is its end.
   */
  start(client: number, slot: number, bits: number, powerW = Number.NaN, share = 1): Event {
    const { channels } = this.#network
    const channel = channelOf(slot, channels)
    this.#advance(channel)
    this.#server[client] = serverOf(slot, channels)
    this.#channel[client] = channel
    this.#decided[client] = powerW
    this.#share[client] = share
    this.#setPower(client)
    this.#remaining[client] = bits
    const done = this.#simulation.event()
    this.#done[client] = done
    this.#place[client] = this.#received[channel].take()
    this.#active[channel].push(client)
    this.#receive(client, channel)
    this.#retime(channel)
    return done
  }

  /** Takes a client off the air, whose transfer then never ends; returns the bits it had left, 0 if it is not on it. */
  stop(client: number): number {
    if (this.#done[client] === undefined) return 0
    const channel = this.#channel[client]
    this.#advance(channel)
    this.#leave(client)
    this.#retime(channel)
    return this.#remaining[client]
  }

  /** Works out what is received over a client's link, and from it, among those on its channel. */
  #receive(client: number, channel: number): void {
    const { watts, capacity } = this.#received[channel]
    const place = this.#place[client]
    for (const other of this.#active[channel]) {
      const from = this.#place[other]
      watts[place * capacity + from] = this.#receivedFrom(other, client, channel)
      watts[from * capacity + place] = this.#receivedFrom(client, other, channel)
    }
  }

  /** W at the receiver of one link from the sender of another: of one in the same slot nothing, where slots are shared. */
  #receivedFrom(sending: number, receiving: number, channel: number): number {
    const network = this.#network
    const from = this.#server[sending]
    const to = this.#server[receiving]
    if (sending !== receiving && from === to && this.#shares) return 0
    const gain =
      this.#direction === 'uplink'
        ? network.uplinkGain[gainIndex(network, sending, to, channel)]
        : network.downlinkGain[gainIndex(network, receiving, from, channel)]
    return (sending === receiving ? this.#signal : this.#heard)[sending] * gain
  }

  #setPower(client: number): void {
    const { access, clientPowerW, serverPowerW } = this.#network
    const decided = this.#decided[client]
    const usual = this.#direction === 'uplink' ? clientPowerW[client] : serverPowerW[this.#server[client]]
    const power = Number.isNaN(decided) ? usual : decided
    this.#signal[client] = signalPower(access, power, this.#share[client])
    this.#heard[client] = meanPower(access, power, this.#share[client])
  }

  /** Whether clients of one slot share it. */
  get #shares(): boolean {
    return (this.#network.access ?? 'channels') !== 'channels'
  }

  /** Counts what has been sent on a channel since its rates last changed. */
  #advance(channel: number): void {
    const elapsed = this.#simulation.now - this.#updated[channel]
    this.#updated[channel] = this.#simulation.now
    if (elapsed === 0) return
    for (const client of this.#active[channel])
      this.#remaining[client] = Math.max(0, this.#remaining[client] - this.#rate[client] * elapsed)
  }

  /** Works out a channel's rates anew, and when the first of its transfers ends. */
  #retime(channel: number): void {
    const { bandwidthHz, noiseW, rate: curve } = this.#network
    const active = this.#active[channel]
    const { watts, capacity } = this.#received[channel]
    const place = this.#place
    let soonest = Infinity
    let earliest = NOBODY
    for (let i = 0; i < active.length; i++) {
      const client = active[i]
      const row = place[client] * capacity
      let interference = 0
      for (let j = 0; j < active.length; j++) if (j !== i) interference += watts[row + place[active[j]]]
      const sinr = watts[row + place[client]] / (noiseW + interference)
      const rate = this.#share[client] * bandwidthHz * spectralEfficiency(curve, sinr)
      this.#rate[client] = rate
      const left = this.#remaining[client] === 0 ? 0 : this.#remaining[client] / rate
      if (left < soonest) {
        soonest = left
        earliest = client
      }
    }
    this.#earliest[channel] = earliest
    this.#ends.schedule(channel, this.#simulation.now + soonest)
  }

  #finishEarliest(channel: number): void {
    this.#advance(channel)
    const client = this.#earliest[channel]
    const done = this.#done[client]!
    this.#remaining[client] = 0
    this.#leave(client)
    this.#retime(channel)
    done.succeed()
  }

  #leave(client: number): void {
    const channel = this.#channel[client]
    const active = this.#active[channel]
    active.splice(active.indexOf(client), 1)
    this.#received[channel].giveBack(this.#place[client])
    this.#done[client] = undefined
  }
}
