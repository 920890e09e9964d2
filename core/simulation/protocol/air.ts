import type { Event, Simulation } from '../../kernel/index.js'
import { channelOf, serverOf } from '../../network/assignment.js'
import { spectralEfficiency } from '../../network/rate-curve.js'
import { gainIndex, type RoundNetwork } from '../../network/round-network.js'
import { ChannelEnds } from '../dynamics/channel-ends.js'
import type { Direction } from '../dynamics/radio.js'

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
  /** W at which the client, or its server to it, sends; and whether that was decided, else it is the network's. */
  readonly #power: Float64Array
  readonly #decided: Uint8Array
  readonly #rate: Float64Array
  readonly #remaining: Float64Array
  readonly #done: (Event | undefined)[]
  /** Power that reaches the receiver of a client's link from the sender of another's, W: of each channel M×M, by their servers. */
  readonly #received: (Float64Array | undefined)[]
  // Of each channel: who is on the air, since when the rates hold, whose transfer ends first, and when.
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
    this.#power = new Float64Array(clients)
    this.#decided = new Uint8Array(clients)
    this.#rate = new Float64Array(clients)
    this.#remaining = new Float64Array(clients)
    this.#done = new Array<Event | undefined>(clients).fill(undefined)
    this.#received = new Array<Float64Array | undefined>(channels).fill(undefined)
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
      for (const client of active) if (!this.#decided[client]) this.#power[client] = this.#powerOf(client)
      for (const client of active) this.#receive(client, channel)
      if (active.length > 0) this.#retime(channel)
    }
  }

  /**
   * Starts to transfer bits (more than 0) to or from a client that is not on the air, on a slot, at a power, W, where one was decided; the
   * event is its end.
   */
  start(client: number, slot: number, bits: number, powerW?: number): Event {
    const { channels } = this.#network
    const channel = channelOf(slot, channels)
    this.#advance(channel)
    this.#server[client] = serverOf(slot, channels)
    this.#channel[client] = channel
    this.#decided[client] = powerW === undefined ? 0 : 1
    this.#power[client] = powerW ?? this.#powerOf(client)
    this.#remaining[client] = bits
    const done = this.#simulation.event()
    this.#done[client] = done
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

  /** Works out what is received over a client's link, and from it, among those on its channel; a server has one of them. */
  #receive(client: number, channel: number): void {
    const { servers } = this.#network
    this.#received[channel] ??= new Float64Array(servers * servers)
    const received = this.#received[channel]
    const server = this.#server[client]
    for (const other of this.#active[channel]) {
      const from = this.#server[other]
      received[server * servers + from] = this.#receivedFrom(other, client, channel)
      received[from * servers + server] = this.#receivedFrom(client, other, channel)
    }
  }

  /** W at the receiver of one link from the sender of another. */
  #receivedFrom(sending: number, receiving: number, channel: number): number {
    const network = this.#network
    const gain =
      this.#direction === 'uplink'
        ? network.uplinkGain[gainIndex(network, sending, this.#server[receiving], channel)]
        : network.downlinkGain[gainIndex(network, receiving, this.#server[sending], channel)]
    return this.#power[sending] * gain
  }

  /** W that the network has it sent at. */
  #powerOf(client: number): number {
    const { clientPowerW, serverPowerW } = this.#network
    return this.#direction === 'uplink' ? clientPowerW[client] : serverPowerW[this.#server[client]]
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
    const { bandwidthHz, noiseW, rate: curve, servers } = this.#network
    const active = this.#active[channel]
    const received = this.#received[channel]
    const server = this.#server
    let soonest = Infinity
    let earliest = NOBODY
    if (received)
      for (let i = 0; i < active.length; i++) {
        const client = active[i]
        const row = server[client] * servers
        let interference = 0
        for (let j = 0; j < active.length; j++) if (j !== i) interference += received[row + server[active[j]]]
        const sinr = received[row + server[client]] / (noiseW + interference)
        const rate = bandwidthHz * spectralEfficiency(curve, sinr)
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
    const active = this.#active[this.#channel[client]]
    active.splice(active.indexOf(client), 1)
    this.#done[client] = undefined
  }
}
