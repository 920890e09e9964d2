import { channelOf, SITS_OUT, serverOf } from './assignment.js'
import { gainIndex, type RoundNetwork } from './round-network.js'

/**
 * What servers and clients would measure on each channel as others take their slots.
 *
 * Interference adds up in the order of placing and is subtracted again on removal, as a meter would show it;
 * costs are never computed from it.
 */
export class InterferenceMeter {
  readonly #network: RoundNetwork
  readonly #slots: Int32Array
  readonly #uplink: Float64Array
  readonly #downlink: Float64Array

  constructor(network: RoundNetwork) {
    this.#network = network
    this.#slots = new Int32Array(network.clients).fill(SITS_OUT)
    this.#uplink = new Float64Array(network.channels * network.servers)
    this.#downlink = new Float64Array(network.channels * network.clients)
  }

  /** Interference at a server on a channel, W, without that server's own clients (inter-cell, C5 holding). */
  uplink(server: number, channel: number): number {
    return Math.max(0, this.#uplink[channel * this.#network.servers + server])
  }

  /** Power that a client receives on a channel from the servers active on it, W. */
  downlink(client: number, channel: number): number {
    return Math.max(0, this.#downlink[channel * this.#network.clients + client])
  }

  /** Lets a client that holds no slot start to transmit. */
  place(client: number, slot: number): void {
    this.#slots[client] = slot
    this.#add(client, slot, 1)
  }

  /** Silences a client. */
  remove(client: number): void {
    const slot = this.#slots[client]
    if (slot === SITS_OUT) return
    this.#slots[client] = SITS_OUT
    this.#add(client, slot, -1)
  }

  #add(client: number, slot: number, sign: number): void {
    const { clients, servers, channels, clientPowerW, serverPowerW, uplinkGain, downlinkGain } = this.#network
    const server = serverOf(slot, channels)
    const channel = channelOf(slot, channels)
    for (let m = 0; m < servers; m++) {
      if (m === server) continue
      const received = clientPowerW[client] * uplinkGain[gainIndex(this.#network, client, m, channel)]
      this.#uplink[channel * servers + m] += sign * received
    }
    for (let n = 0; n < clients; n++) {
      if (n === client) continue
      const received = serverPowerW[server] * downlinkGain[gainIndex(this.#network, n, server, channel)]
      this.#downlink[channel * clients + n] += sign * received
    }
  }
}
