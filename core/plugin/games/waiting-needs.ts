import type { MeasuredRound } from '../../network/measured-round.js'

/**
 * What the clients that wait for their turn need at least, each alone in the network, either transfer in the best of all
 * slots, at the fastest server; by client, and of all from a place in the order on.
 */
export class WaitingNeeds {
  /** By client: s and J, length N. */
  readonly aloneTime: Float64Array
  readonly aloneEnergy: Float64Array
  /** Longest time, s, and energy in all, J, of those from a place in the order on; length N + 1. */
  readonly time: Float64Array
  readonly energy: Float64Array

  constructor(clients: number) {
    this.aloneTime = new Float64Array(clients)
    this.aloneEnergy = new Float64Array(clients)
    this.time = new Float64Array(clients + 1)
    this.energy = new Float64Array(clients + 1)
  }

  /** Begins a round that was opened; `order` lists who asks, `count` of them. */
  open(round: MeasuredRound, order: Int32Array, count: number): void {
    const { servers, secondsPerSample, aloneUplink, aloneDownlink, headTime, edgeLoad } = round
    this.time[count] = 0
    this.energy[count] = 0
    for (let i = count - 1; i >= 0; i--) {
      const n = order[i]
      let edge = Number.POSITIVE_INFINITY
      for (let m = 0; m < servers; m++) edge = Math.min(edge, edgeLoad[n] * secondsPerSample[m])
      this.aloneTime[n] = headTime[n] + aloneUplink[n] + edge + aloneDownlink[n]
      this.aloneEnergy[n] = round.energyOf(n, aloneUplink[n], aloneDownlink[n])
      this.time[i] = Math.max(this.time[i + 1], this.aloneTime[n])
      this.energy[i] = this.energy[i + 1] + this.aloneEnergy[n]
    }
  }
}
