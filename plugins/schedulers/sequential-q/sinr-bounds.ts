import { type RateCurve, sinrFor } from '../../../core/plugin/index.js'
import type { Rest } from './candidates.js'
import type { Board } from './gains.js'

/** Another bound rules out hardly more unless the cost to beat fell to this share. */
const WORTHWHILE = 0.97

/** Bounds are loosened by so much, far more than anything is rounded by. */
const SLACK = 1e-9

/**
 * The least SINRs that a slot must offer a client to come to no more than a given cost.
 *
 * A slot costs at least what its own transfer takes, the other transfer alone in the best of slots, edge computing at the
 * least busy server, and the time of those who are there whatever it takes. A bound costs an exponential where the cost
 * itself would cost up to eight logarithms.
 */
export class SinrBounds {
  uplink = 0
  downlink = 0
  /** The cost that they were worked out for. */
  #cost = Number.POSITIVE_INFINITY
  /** The gain of an uplink without interference at its bound, which most slots fail at once. */
  gain = 0
  #noisePerPower = 0
  #rate: RateCurve | undefined
  #uplinkWork = 0
  #downlinkWork = 0
  /** Cost of a second of either transfer, and of one of sending as far as its energy goes. */
  #sendingCost = 0
  #receivingCost = 0
  #energyCost = 0
  /** Cost without the transfer: by the client's own time, and by that of the others. */
  #besidesSending = 0
  #besidesReceiving = 0
  #besidesEnergy = 0

  /** Turns to a client that would come to those on the board, of this energy in all, and to those that wait. */
  open(board: Board, client: number, energyBefore: number, rest: Rest, open: Uint8Array): void {
    const { servers, parameters, secondsPerSample, serverSamples } = board
    const { latency, energy } = parameters.weights
    const samples = board.edgeLoad[client]
    let edge = Number.POSITIVE_INFINITY
    let others = rest.time
    for (let m = 0; m < servers; m++) {
      if (open[m] !== 0) edge = Math.min(edge, (serverSamples[m] + samples) * secondsPerSample[m])
      // On whichever channel the client comes, it disturbs but one of a server's.
      if (board.serverClients[m] > 0) others = Math.max(others, board.secondLongest[m] + board.edgeTime[m])
    }
    const joules = energy * (energyBefore + board.headEnergy[client])
    const fixed = joules + latency * (board.headTime[client] + edge)
    this.#cost = Number.POSITIVE_INFINITY
    this.uplink = 0
    this.downlink = 0
    this.gain = 0
    this.#rate = parameters.rate
    this.#noisePerPower = parameters.noiseW / board.power[client]
    this.#uplinkWork = board.uplinkWork[client]
    this.#downlinkWork = board.downlinkWork[client]
    this.#energyCost = energy * board.power[client]
    this.#sendingCost = latency + this.#energyCost
    this.#receivingCost = latency
    this.#besidesSending = fixed + latency * board.aloneDownlink[client]
    this.#besidesReceiving = fixed + this.#sendingCost * board.aloneUplink[client]
    this.#besidesEnergy = joules + latency * others
  }

  /** Works out the bounds for another cost to beat, unless it is hardly less than before. */
  tighten(cost: number): void {
    if (cost > WORTHWHILE * this.#cost) return
    this.#cost = cost
    const most = cost * (1 + SLACK)
    const sending = Math.min(
      (most - this.#besidesSending) / this.#sendingCost,
      (most - this.#besidesEnergy) / this.#energyCost,
    )
    this.uplink = sinrFor(this.#uplinkWork, sending, this.#rate) * (1 - SLACK)
    this.gain = this.uplink === 0 ? 0 : this.uplink * this.#noisePerPower * (1 - SLACK)
    const receiving = (most - this.#besidesReceiving) / this.#receivingCost
    this.downlink = sinrFor(this.#downlinkWork, receiving, this.#rate) * (1 - SLACK)
  }
}
