import { partsOf } from './array-parts.js'
import { SITS_OUT } from './assignment.js'
import { ClientWorks, type RoundGains } from './client-works.js'
import { pricesOf } from './prices.js'
import { systemCost } from './round-cost.js'
import { sinrOf, transferTime } from './transfer.js'

/**
 * A round while its slots are being taken, one client each: who holds which, and what servers and clients measure and
 * announce then, eqs. (5) to (18) — signal, interference, times, energies — and would, if another client came.
 *
 * `Evaluator` answers what a change would cost; this tells what of it each node can know, for schedulers in which nodes decide
 * by that. Interference is always summed anew over a channel. Arrays by slot have length M·K (`server * K + channel`), arrays
 * by channel and server are K×M. `cost` is that of `evaluateRound` to rounding, as long as no link is blocked.
 */
export class MeasuredRound<Gains extends RoundGains = RoundGains> extends ClientWorks<Gains> {
  /** The client in a slot, or -1. */
  readonly occupant: Int32Array
  /** The slot of a client, or `SITS_OUT`. */
  readonly slot: Int32Array
  /** Noise and interference of other cells' clients at a server on a channel, W; K×M. */
  readonly serverNoise: Float64Array
  /** Received power of a client at its server, and of its server at the client, W. */
  readonly uplinkSignal: Float64Array
  readonly downlinkSignal: Float64Array
  /** Noise and interference of other servers at a client on its channel, W. */
  readonly clientNoise: Float64Array
  /** Time of a client without edge computing, s. */
  readonly radioTime: Float64Array
  readonly energy: Float64Array
  /** Samples, clients and edge computing of a server, s. */
  readonly serverSamples: Float64Array
  readonly serverClients: Int32Array
  readonly edgeTime: Float64Array
  /** Of a server's clients: the longest `radioTime`, the channel it is on, and the longest on any other channel, s. */
  readonly longest: Float64Array
  readonly longestChannel: Int32Array
  readonly secondLongest: Float64Array
  /** Seconds of edge computing a sample, or a unit of load, by server. */
  readonly secondsPerSample: Float64Array
  // All that changes within a round lies in here, whole numbers last, so that it is kept and brought back in one go.
  readonly #state: Float64Array

  constructor(clients: number, servers: number, channels: number) {
    const slots = servers * channels
    const size = slots + 11 * clients + 4 * servers
    const integers = slots + 2 * clients + 2 * servers
    const state = new Float64Array(size + Math.ceil(integers / 2))
    const numbers = partsOf(state)
    const counts = partsOf(new Int32Array(state.buffer, size * Float64Array.BYTES_PER_ELEMENT))
    super(clients, servers, channels, numbers, counts)
    this.#state = state
    this.occupant = counts(slots)
    this.slot = counts(clients)
    this.serverNoise = numbers(slots)
    this.uplinkSignal = numbers(clients)
    this.downlinkSignal = numbers(clients)
    this.clientNoise = numbers(clients)
    this.radioTime = numbers(clients)
    this.energy = numbers(clients)
    this.serverSamples = numbers(servers)
    this.serverClients = counts(servers)
    this.edgeTime = numbers(servers)
    this.longest = numbers(servers)
    this.longestChannel = counts(servers)
    this.secondLongest = numbers(servers)
    this.secondsPerSample = new Float64Array(servers)
  }

  /** Begins a round: nobody holds a slot. Loads of the edge are of so many FLOPs, those of a sample unless told. */
  open(gains: Gains, flopsPerLoad = gains.parameters.load.bodyFlops): void {
    const { parameters } = gains
    this.gains = gains
    this.parameters = parameters
    this.#state.fill(0)
    this.occupant.fill(-1)
    this.slot.fill(SITS_OUT)
    this.serverNoise.fill(parameters.noiseW)
    this.longestChannel.fill(-1)
    this.openWorks()
    for (let m = 0; m < this.servers; m++)
      this.secondsPerSample[m] = flopsPerLoad === 0 ? 0 : flopsPerLoad / parameters.serverFlops[m]
  }

  /** Everything that placing and removing clients changes, for `restore`; into `kept` where there is one already. */
  save(kept: Float64Array = this.#state.slice()): Float64Array {
    kept.set(this.#state)
    return kept
  }

  restore(kept: Float64Array): void {
    this.#state.set(kept)
  }

  place(client: number, slot: number): void {
    this.slot[client] = slot
    this.#change(client, slot, client, 1)
  }

  remove(client: number): void {
    const slot = this.slot[client]
    this.slot[client] = SITS_OUT
    this.#change(client, slot, -1, -1)
  }

  /** T, s: the longest time of a client. */
  time(): number {
    let time = 0
    for (let m = 0; m < this.servers; m++)
      if (this.serverClients[m] > 0) time = Math.max(time, this.longest[m] + this.edgeTime[m])
    return time
  }

  /** ΣE, J. */
  totalEnergy(): number {
    let energy = 0
    for (let n = 0; n < this.clients; n++) if (this.slot[n] !== SITS_OUT) energy += this.energy[n]
    return energy
  }

  /** λT + μΣE and prices. */
  cost(): number {
    const { parameters, slot, energy } = this
    const cost = systemCost(parameters.weights, this.time(), this.totalEnergy())
    return parameters.prices ? cost + pricesOf(parameters, { assignment: slot }, energy, () => false) : cost
  }

  /** Noise and what a client that holds no slot receives of the servers active on a channel, W. */
  noiseAt(client: number, channel: number): number {
    const { clients, servers, channels, occupant } = this
    const { serverPowerW, noiseW } = this.parameters
    const { downlinkGain } = this.gains
    const row = (channel * clients + client) * servers
    let received = noiseW
    for (let m = 0; m < servers; m++)
      if (occupant[m * channels + channel] !== -1) received += serverPowerW[m] * downlinkGain[row + m]
    return received
  }

  /** Seconds of the uplink of the client in a slot, if its server received so much more interference, W. */
  uplinkTime(client: number, server: number, channel: number, interference: number): number {
    const noise = this.serverNoise[channel * this.servers + server]
    const sinr = sinrOf(this.uplinkSignal[client], noise + interference)
    return transferTime(this.uplinkWork[client], sinr, this.parameters.rate)
  }

  /** Seconds of its downlink, if it received so much more interference, W. */
  downlinkTime(client: number, interference: number): number {
    return transferTime(
      this.downlinkWork[client],
      sinrOf(this.downlinkSignal[client], this.clientNoise[client] + interference),
      this.parameters.rate,
    )
  }

  #change(client: number, slot: number, occupant: number, sign: number): void {
    const server = Math.floor(slot / this.channels)
    const channel = slot % this.channels
    this.occupant[slot] = occupant
    this.serverSamples[server] += sign * this.edgeLoad[client]
    this.serverClients[server] += sign
    if (this.serverClients[server] === 0) this.serverSamples[server] = 0
    this.edgeTime[server] = this.serverSamples[server] * this.secondsPerSample[server]
    this.#measure(channel)
    this.#sort(server)
    for (let m = 0; m < this.servers; m++)
      if (m !== server && this.occupant[m * this.channels + channel] !== -1) this.#sort(m)
  }

  /** Measures a channel: interference at its servers and clients, and what follows for the clients' times. */
  #measure(channel: number): void {
    const { clients, servers, channels, occupant, power } = this
    const { serverPowerW, noiseW, rate } = this.parameters
    const { uplinkGain, downlinkGain } = this.gains
    const noise = this.serverNoise
    const base = channel * servers
    for (let m = 0; m < servers; m++) noise[base + m] = noiseW
    for (let m = 0; m < servers; m++) {
      const n = occupant[m * channels + channel]
      if (n === -1) continue
      const row = (channel * clients + n) * servers
      let interference = noiseW
      for (let other = 0; other < servers; other++) {
        if (other === m) continue
        noise[base + other] += power[n] * uplinkGain[row + other]
        if (occupant[other * channels + channel] !== -1)
          interference += serverPowerW[other] * downlinkGain[row + other]
      }
      this.clientNoise[n] = interference
      this.uplinkSignal[n] = power[n] * uplinkGain[row + m]
      this.downlinkSignal[n] = serverPowerW[m] * downlinkGain[row + m]
    }
    for (let m = 0; m < servers; m++) {
      const n = occupant[m * channels + channel]
      if (n === -1) continue
      const uplink = transferTime(this.uplinkWork[n], this.uplinkSignal[n] / noise[base + m], rate)
      const downlink = transferTime(this.downlinkWork[n], this.downlinkSignal[n] / this.clientNoise[n], rate)
      this.radioTime[n] = this.headTime[n] + uplink + downlink
      this.energy[n] = this.energyOf(n, uplink, downlink)
    }
  }

  /** The longest times among a server's clients. */
  #sort(server: number): void {
    const { channels, occupant, radioTime } = this
    let longest = 0
    let second = 0
    let where = -1
    for (let k = 0; k < channels; k++) {
      const n = occupant[server * channels + k]
      if (n === -1) continue
      const time = radioTime[n]
      if (time > longest || where === -1) {
        second = longest
        longest = time
        where = k
      } else if (time > second) second = time
    }
    this.longest[server] = longest
    this.longestChannel[server] = where
    this.secondLongest[server] = second
  }
}
