import { log2OnePlus } from '../../../core/plugin/index.js'
import type { Board } from './gains.js'

/**
 * What is to be expected of the clients still to come, in the order of their requests; index i is before request i.
 *
 * Each client announces the time and energy it would have alone on its best channel, and mean gains say where it
 * would rather go.
 */
export class Outlook {
  /** Longest time of those still to come, each alone on its best channel, s; length N + 1. */
  readonly time: Float64Array
  /** Their energy, J; length N + 1. */
  readonly energy: Float64Array
  /** How many of them have this server nearest (largest mean gain), (N + 1)×M. */
  readonly demand: Float64Array
  /** Mean over them of log2(1 + SNR) that this server's signal makes at those nearest to another, (N + 1)×M. */
  readonly exposure: Float64Array
  /** The server of each client's largest mean gain, length N. */
  readonly nearest: Int32Array
  /** Time and energy of each client alone on its best channel. */
  readonly idealTime: Float64Array
  readonly idealEnergy: Float64Array

  constructor(clients: number, servers: number) {
    this.time = new Float64Array(clients + 1)
    this.energy = new Float64Array(clients + 1)
    this.demand = new Float64Array((clients + 1) * servers)
    this.exposure = new Float64Array((clients + 1) * servers)
    this.nearest = new Int32Array(clients)
    this.idealTime = new Float64Array(clients)
    this.idealEnergy = new Float64Array(clients)
  }

  /** Begins a round in which `order` lists who requests. */
  open(board: Board, order: Int32Array, count: number): void {
    const { servers, parameters } = board
    const { meanGain } = board.gains
    const { clientPowerW, serverPowerW, clientSamples, noiseW } = parameters
    for (let i = 0; i < count; i++) {
      const n = order[i]
      let edge = Number.POSITIVE_INFINITY
      let best = -1
      for (let m = 0; m < servers; m++) {
        edge = Math.min(edge, clientSamples[n] * board.secondsPerSample[m])
        if (meanGain[n * servers + m] > best) {
          best = meanGain[n * servers + m]
          this.nearest[n] = m
        }
      }
      const sending = board.aloneUplink[n]
      this.idealTime[n] = board.headTime[n] + sending + edge + board.aloneDownlink[n]
      this.idealEnergy[n] = board.headEnergy[n] + clientPowerW[n] * sending
    }
    this.time[count] = 0
    this.energy[count] = 0
    for (let m = 0; m < servers; m++) {
      this.demand[count * servers + m] = 0
      this.exposure[count * servers + m] = 0
    }
    for (let i = count - 1; i >= 0; i--) {
      const n = order[i]
      this.time[i] = Math.max(this.time[i + 1], this.idealTime[n])
      this.energy[i] = this.energy[i + 1] + this.idealEnergy[n]
      const nearest = this.nearest[n]
      for (let m = 0; m < servers; m++) {
        const own = m === nearest
        this.demand[i * servers + m] = this.demand[(i + 1) * servers + m] + (own ? 1 : 0)
        const heard = own ? 0 : log2OnePlus((serverPowerW[m] * meanGain[n * servers + m]) / noiseW)
        this.exposure[i * servers + m] = this.exposure[(i + 1) * servers + m] + heard
      }
    }
  }
}
