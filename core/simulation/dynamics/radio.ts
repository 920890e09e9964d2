import type { Event, Simulation } from '../../kernel/index.js'
import { type Assignment, channelOf, SITS_OUT } from '../../network/assignment.js'
import { asDecision, type Decision } from '../../network/decision.js'
import { spectralEfficiency } from '../../network/rate-curve.js'
import { linksOf, type RoundLinks } from '../../network/round-links.js'
import { gainIndex, type RoundNetwork } from '../../network/round-network.js'
import { ChannelEnds } from './channel-ends.js'

/** From clients to servers, or back. */
export type Direction = 'uplink' | 'downlink'

const NOBODY = -1

/**
 * The transfers of one direction in a round, each at the rate that those on the air at the same time leave it.
 *
 * Whenever one starts or ends, those on its channel are re-timed: SINRs are eqs. (10) and (15) with the sum over the
 * links that are active. A channel has one event in the kernel, for the transfer that ends first, so a change costs one
 * `reschedule` and O(a²) additions for a active links, whatever the rest of the network does. Interference is summed
 * anew each time: differences would keep the rounding errors of a strong neighbour that has gone.
 */
export class Radio {
  readonly #simulation: Simulation
  #network: RoundNetwork
  /** The links as they were decided, and where each client's is among them. */
  readonly #of: RoundLinks
  readonly #place: Int32Array
  readonly #direction: Direction
  /** The links of channel k stand from `#first[k]` to before `#first[k + 1]`. */
  readonly #first: Int32Array
  readonly #clients: Int32Array
  /** Place of each client's link, length N. */
  readonly #link: Int32Array
  readonly #channel: Int32Array
  /** Power that a link's receiver gets from each transmitter of its channel, W: a row a link, from `#row[link]`. */
  readonly #received: Float64Array
  readonly #row: Int32Array
  // Of each link.
  readonly #rate: Float64Array
  readonly #remaining: Float64Array
  readonly #airTime: Float64Array
  /** Hz: the channel's, or a share of it. */
  readonly #bandwidthHz: Float64Array
  readonly #since: Float64Array
  readonly #done: (Event | undefined)[]
  // Of each channel: the active links (the first of `#active` from `#first[k]`), and what is to happen there.
  readonly #active: Int32Array
  readonly #activeCount: Int32Array
  /** How many of those get nothing across for now, by channel. */
  readonly #silentOn: Int32Array
  /** How many on the air get nothing across for now. */
  silent = 0
  readonly #updated: Float64Array
  readonly #earliest: Int32Array
  readonly #ends: ChannelEnds

  constructor(
    simulation: Simulation,
    network: RoundNetwork,
    decided: Assignment | Decision,
    direction: Direction,
  ) {
    const { clients, channels } = network
    const decision = asDecision(decided)
    const { assignment } = decision
    this.#simulation = simulation
    this.#network = network
    this.#direction = direction
    this.#first = new Int32Array(channels + 1)
    for (const slot of assignment) if (slot !== SITS_OUT) this.#first[channelOf(slot, channels) + 1]++
    for (let k = 0; k < channels; k++) this.#first[k + 1] += this.#first[k]
    const links = this.#first[channels]
    this.#clients = new Int32Array(links)
    this.#channel = new Int32Array(links)
    this.#link = new Int32Array(clients).fill(NOBODY)
    const next = this.#first.slice()
    for (let client = 0; client < clients; client++) {
      if (assignment[client] === SITS_OUT) continue
      const channel = channelOf(assignment[client], channels)
      const link = next[channel]++
      this.#clients[link] = client
      this.#channel[link] = channel
      this.#link[client] = link
    }
    this.#row = new Int32Array(links + 1)
    for (let link = 0; link < links; link++) this.#row[link + 1] = this.#row[link] + this.#onChannelOf(link)
    this.#received = new Float64Array(this.#row[links])
    this.#of = linksOf(network, decision)
    this.#place = new Int32Array(clients).fill(NOBODY)
    for (const [i, client] of this.#of.client.entries()) this.#place[client] = i
    this.#bandwidthHz = Float64Array.from(
      this.#clients,
      (client) => this.#of.share[this.#place[client]] * network.bandwidthHz,
    )
    this.#fillReceived()

    this.#rate = new Float64Array(links)
    this.#remaining = new Float64Array(links)
    this.#airTime = new Float64Array(links)
    this.#since = new Float64Array(links)
    this.#done = new Array<Event | undefined>(links).fill(undefined)
    this.#active = new Int32Array(links)
    this.#activeCount = new Int32Array(channels)
    this.#silentOn = new Int32Array(channels)
    this.#updated = new Float64Array(channels)
    this.#earliest = new Int32Array(channels).fill(NOBODY)
    this.#ends = new ChannelEnds(simulation, channels, (channel) => this.#finishEarliest(channel))
  }

  /** Goes on with other gains: what was sent until now was sent at the rates of before. */
  follow(network: RoundNetwork): void {
    const channels = this.#activeCount.length
    for (let channel = 0; channel < channels; channel++) this.#advance(channel)
    this.#network = network
    this.#fillReceived()
    for (let channel = 0; channel < channels; channel++)
      if (this.#activeCount[channel] > 0) this.#retime(channel)
  }

  /** Whether a client's transfer of so many bits would ever end, had it the channel to itself. */
  reaches(client: number, bits: number): boolean {
    const link = this.#link[client]
    const signal = this.#received[this.#row[link] + link - this.#first[this.#channel[link]]]
    const { noiseW, rate } = this.#network
    return bits / (this.#bandwidthHz[link] * spectralEfficiency(rate, signal / noiseW)) < Infinity
  }

  /** Starts to transfer bits (more than 0) to or from a client that is not on the air; the event is its end. */
  start(client: number, bits: number): Event {
    const link = this.#link[client]
    const channel = this.#channel[link]
    this.#advance(channel)
    this.#remaining[link] = bits
    this.#since[link] = this.#simulation.now
    const done = this.#simulation.event()
    this.#done[link] = done
    this.#active[this.#first[channel] + this.#activeCount[channel]++] = link
    this.#retime(channel)
    return done
  }

  /** Takes a client off the air, whose transfer then never ends; returns the bits it had left, 0 if it is not on it. */
  stop(client: number): number {
    const link = this.#link[client]
    if (this.#done[link] === undefined) return 0
    const channel = this.#channel[link]
    this.#advance(channel)
    this.#leave(link)
    this.#retime(channel)
    return this.#remaining[link]
  }

  isOnAir(client: number): boolean {
    return this.#done[this.#link[client]] !== undefined
  }

  /** The rate of a client at this moment, bit/s; 0 when it is not on the air. */
  rateOf(client: number): number {
    const link = this.#link[client]
    return this.#done[link] === undefined ? 0 : this.#rate[link]
  }

  /** How long a client's transfers have been on the air, s. */
  airTimeOf(client: number): number {
    const link = this.#link[client]
    const present = this.#done[link] === undefined ? 0 : this.#simulation.now - this.#since[link]
    return this.#airTime[link] + present
  }

  #onChannelOf(link: number): number {
    const channel = this.#channel[link]
    return this.#first[channel + 1] - this.#first[channel]
  }

  /** Signals, and what others are heard with: those in one shared slot not at all. */
  #fillReceived(): void {
    const network = this.#network
    const of = this.#of
    const place = this.#place
    const uplink = this.#direction === 'uplink'
    const signalW = uplink ? of.signalW : of.downlinkSignalW
    const interferingW = uplink ? of.interferingW : of.downlinkInterferingW
    const shares = (network.access ?? 'channels') !== 'channels'
    for (let link = 0; link < this.#clients.length; link++) {
      const channel = this.#channel[link]
      const first = this.#first[channel]
      const client = this.#clients[link]
      const server = of.server[place[client]]
      for (let other = first; other < this.#first[channel + 1]; other++) {
        const from = this.#clients[other]
        const at = place[from]
        const apart = shares && other !== link && of.server[at] === server
        const power = other === link ? signalW[at] : interferingW[at]
        const gain = uplink
          ? network.uplinkGain[gainIndex(network, from, server, channel)]
          : network.downlinkGain[gainIndex(network, client, of.server[at], channel)]
        this.#received[this.#row[link] + other - first] = apart ? 0 : power * gain
      }
    }
  }

  /** Counts what has been sent on a channel since its rates last changed. */
  #advance(channel: number): void {
    const elapsed = this.#simulation.now - this.#updated[channel]
    this.#updated[channel] = this.#simulation.now
    if (elapsed === 0) return
    const first = this.#first[channel]
    for (let i = first; i < first + this.#activeCount[channel]; i++) {
      const link = this.#active[i]
      this.#remaining[link] = Math.max(0, this.#remaining[link] - this.#rate[link] * elapsed)
    }
  }

  /** Works out a channel's rates anew, and when the first of its transfers ends. */
  #retime(channel: number): void {
    const { noiseW, rate: curve } = this.#network
    const first = this.#first[channel]
    const end = first + this.#activeCount[channel]
    let soonest = Infinity
    let earliest = NOBODY
    let silent = 0
    for (let i = first; i < end; i++) {
      const link = this.#active[i]
      const row = this.#row[link] - first
      let interference = 0
      for (let j = first; j < end; j++) if (j !== i) interference += this.#received[row + this.#active[j]]
      const sinr = this.#received[row + link] / (noiseW + interference)
      const rate = this.#bandwidthHz[link] * spectralEfficiency(curve, sinr)
      this.#rate[link] = rate
      const left = this.#remaining[link] === 0 ? 0 : this.#remaining[link] / rate
      if (left === Infinity) silent++
      if (left < soonest) {
        soonest = left
        earliest = link
      }
    }
    this.silent += silent - this.#silentOn[channel]
    this.#silentOn[channel] = silent
    this.#earliest[channel] = earliest
    this.#ends.schedule(channel, this.#simulation.now + soonest)
  }

  #finishEarliest(channel: number): void {
    this.#advance(channel)
    const link = this.#earliest[channel]
    const done = this.#done[link]!
    this.#remaining[link] = 0
    this.#leave(link)
    this.#retime(channel)
    done.succeed()
  }

  #leave(link: number): void {
    const channel = this.#channel[link]
    this.#airTime[link] += this.#simulation.now - this.#since[link]
    this.#done[link] = undefined
    const first = this.#first[channel]
    const last = --this.#activeCount[channel]
    this.#active[this.#active.indexOf(link, first)] = this.#active[first + last]
  }
}
