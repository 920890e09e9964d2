import { log2OnePlus } from '../../../core/plugin/index.js'
import type { Board } from './gains.js'

/**
 * Where the clients still to come would rather go, as mean gains say, in the order of their requests; index i is before
 * request i. What they need at least is the game's (`WaitingNeeds`).
 */
export class Outlook {
  /** How many of them have this server nearest (largest mean gain), (N + 1)×M. */
  readonly demand: Float64Array
  /** Mean over them of log2(1 + SNR) that this server's signal makes at those nearest to another, (N + 1)×M. */
  readonly exposure: Float64Array
  /** The server of each client's largest mean gain, length N. */
  readonly nearest: Int32Array

  constructor(clients: number, servers: number) {
    this.demand = new Float64Array((clients + 1) * servers)
    this.exposure = new Float64Array((clients + 1) * servers)
    this.nearest = new Int32Array(clients)
  }

  /** Begins a round in which `order` lists who requests. */
  open(board: Board, order: Int32Array, count: number): void {
    const { servers, parameters } = board
    const { meanGain } = board.gains
    const { serverPowerW, noiseW } = parameters
    for (let m = 0; m < servers; m++) {
      this.demand[count * servers + m] = 0
      this.exposure[count * servers + m] = 0
    }
    for (let i = count - 1; i >= 0; i--) {
      const n = order[i]
      let best = -1
      for (let m = 0; m < servers; m++) {
        if (!(meanGain[n * servers + m] > best)) continue
        best = meanGain[n * servers + m]
        this.nearest[n] = m
      }
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
