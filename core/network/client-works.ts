import { receivingEnergy, transmitEnergy } from './round-cost.js'
import type { NetworkParameters } from './round-network.js'
import { downlinkBitsOf, headEnergyOf, headTimeOf, uplinkBitsOf } from './round-work.js'
import { transferTime } from './transfer.js'

/** What a client takes to a round, whatever its slot. */
export interface ClientWork {
  readonly powerW: number
  /** s and J. */
  readonly headTime: number
  readonly headEnergy: number
  /** Bits over the bandwidth, bit/Hz. */
  readonly uplinkWork: number
  readonly downlinkWork: number
  /** Edge computing, in units of `secondsPerSample`: samples, or FLOPs where every client's are others. */
  readonly edgeLoad: number
}

/** What a round is measured by: gains as they are, or as far as they are known; K×N×M as in `RoundNetwork`. */
export interface RoundGains {
  readonly parameters: NetworkParameters
  readonly uplinkGain: Float64Array
  readonly downlinkGain: Float64Array
}

type Numbers = (length: number) => Float64Array

/** What each client takes to a round that is measured, whatever its slot, and what its transfers would take alone. */
export abstract class ClientWorks<Gains extends RoundGains> {
  readonly clients: number
  readonly servers: number
  readonly channels: number
  /** Which of several ways each client takes part in, for those that set its work (`setWork`). */
  readonly way: Int32Array
  /** What each client needs whatever its slot: power, W; edge load; head computing, s and J; work of both transfers, bits a hertz. */
  readonly power: Float64Array
  readonly edgeLoad: Float64Array
  readonly headTime: Float64Array
  readonly headEnergy: Float64Array
  readonly uplinkWork: Float64Array
  readonly downlinkWork: Float64Array
  /** Least time that each transfer of a client can take: alone in the best of all slots, s; and that channel of the uplink. */
  readonly aloneUplink: Float64Array
  readonly aloneDownlink: Float64Array
  readonly bestChannel: Int32Array
  readonly #bestUplink: Float64Array
  readonly #bestDownlink: Float64Array
  gains!: Gains
  parameters!: NetworkParameters

  protected constructor(
    clients: number,
    servers: number,
    channels: number,
    numbers: Numbers,
    counts: (length: number) => Int32Array,
  ) {
    this.clients = clients
    this.servers = servers
    this.channels = channels
    this.way = counts(clients)
    this.power = numbers(clients)
    this.edgeLoad = numbers(clients)
    this.headTime = numbers(clients)
    this.headEnergy = numbers(clients)
    this.uplinkWork = numbers(clients)
    this.downlinkWork = numbers(clients)
    this.#bestUplink = new Float64Array(clients)
    this.#bestDownlink = new Float64Array(clients)
    this.aloneUplink = new Float64Array(clients)
    this.aloneDownlink = new Float64Array(clients)
    this.bestChannel = new Int32Array(clients)
  }

  /** Takes everyone's work as the parameters have it. */
  protected openWorks(): void {
    const { parameters } = this
    const { bandwidthHz } = parameters
    for (let n = 0; n < this.clients; n++) {
      this.power[n] = parameters.clientPowerW[n]
      this.edgeLoad[n] = parameters.clientSamples[n]
      this.headTime[n] = headTimeOf(parameters, n)
      this.headEnergy[n] = headEnergyOf(parameters, n)
      this.uplinkWork[n] = uplinkBitsOf(parameters, n) / bandwidthHz
      this.downlinkWork[n] = downlinkBitsOf(parameters, n) / bandwidthHz
      this.#findBest(n)
      this.#standAlone(n)
    }
  }

  /** Has a client that holds no slot take part in one of several ways. */
  setWork(client: number, way: number, work: ClientWork): void {
    this.way[client] = way
    this.power[client] = work.powerW
    this.edgeLoad[client] = work.edgeLoad
    this.headTime[client] = work.headTime
    this.headEnergy[client] = work.headEnergy
    this.uplinkWork[client] = work.uplinkWork
    this.downlinkWork[client] = work.downlinkWork
    this.#standAlone(client)
  }

  /** The best slots of a client's transfers. */
  #findBest(client: number): void {
    const { clients, servers, channels } = this
    const { serverPowerW } = this.parameters
    const { uplinkGain, downlinkGain } = this.gains
    let uplink = 0
    let downlink = 0
    let best = 0
    for (let k = 0; k < channels; k++) {
      const row = (k * clients + client) * servers
      for (let m = 0; m < servers; m++) {
        const up = uplinkGain[row + m]
        const down = serverPowerW[m] * downlinkGain[row + m]
        if (up > uplink) {
          uplink = up
          best = k
        }
        if (down > downlink) downlink = down
      }
    }
    this.bestChannel[client] = best
    this.#bestUplink[client] = uplink
    this.#bestDownlink[client] = downlink
  }

  /** What both transfers of a client would take alone, each in the best of all slots. */
  #standAlone(client: number): void {
    const { noiseW, rate } = this.parameters
    const uplinkSinr = (this.power[client] * this.#bestUplink[client]) / noiseW
    this.aloneUplink[client] = transferTime(this.uplinkWork[client], uplinkSinr, rate)
    this.aloneDownlink[client] = transferTime(
      this.downlinkWork[client],
      this.#bestDownlink[client] / noiseW,
      rate,
    )
  }

  /** E_n, J, of a client whose transfers take so many seconds: eq. (18), amplifier, circuit and receiver included. */
  energyOf(client: number, uplinkSeconds: number, downlinkSeconds: number): number {
    const { parameters } = this
    const joules =
      this.headEnergy[client] + transmitEnergy(parameters, client, this.power[client], uplinkSeconds)
    return parameters.receiveW ? joules + receivingEnergy(parameters, client, downlinkSeconds) : joules
  }
}
