import type { NetworkParameters } from '../../network/round-network.js'
import {
  computingEnergyOf,
  downlinkEnergyOf,
  type ServerConsumption,
  type ServerEnergy,
} from '../../network/server-energy.js'

/** Adds up what edge servers spend: computing and transfers count in the row in which they end, or are broken off. */
export class ServerAccount {
  readonly #parameters: NetworkParameters
  readonly #consumption: ServerConsumption
  /** J, length M. */
  #computing: Float64Array
  #downlink: Float64Array

  constructor(parameters: NetworkParameters, consumption: ServerConsumption) {
    this.#parameters = parameters
    this.#consumption = consumption
    this.#computing = new Float64Array(parameters.servers)
    this.#downlink = new Float64Array(parameters.servers)
  }

  chargeComputing(server: number, flops: number): void {
    this.#computing[server] += computingEnergyOf(this.#parameters, this.#consumption, server, flops)
  }

  /** Charges time on the air to one client, s, at the server's power or the one decided, W. */
  chargeDownlink(server: number, seconds: number, powerW = this.#parameters.serverPowerW[server]): void {
    this.#downlink[server] += downlinkEnergyOf(this.#consumption, server, powerW, seconds)
  }

  /** What was spent since this was asked before. */
  take(): ServerEnergy {
    const taken = {
      computing: this.#computing,
      downlink: this.#downlink,
      idleW: this.#consumption.idleW,
    }
    this.#computing = new Float64Array(taken.computing.length)
    this.#downlink = new Float64Array(taken.downlink.length)
    return taken
  }
}
