import { SITS_OUT, serverOf } from '../../network/assignment.js'
import { log2OnePlus } from '../../network/rate.js'
import { spectralEfficiency } from '../../network/rate-curve.js'
import { systemCost } from '../../network/round-cost.js'
import type { NetworkParameters } from '../../network/round-network.js'
import { type InformationTier, includesTier } from '../tiers.js'
import type { RequestBoard } from './request-board.js'

/** How a client that asks answers: by a slot, or by its place on a list of the slots that look cheapest. */
export interface RequestOptions {
  readonly tier: InformationTier
  readonly actions: 'slots' | 'shortlist'
  /** Slots on the list. */
  readonly shortlist: number
}

/** Every number of an observation lies within ± this. */
export const OBSERVATION_LIMIT = 20
/** Ratios are told in units of 20 dB, as in `JointObservation`. */
const DECIBELS = 20

/**
 * What the client whose turn it is sees, as numbers near 1, float32.
 *
 * First what belongs to the round (nothing of the rounds before but what was spent: an episode may be one round, and a run
 * is not): the share of requests made, the share of slots that are free, the clients at each
 * server and on each channel so far over their means, the shares of its own energy
 * budget and of the time budget that are spent; from tier `large-scale` the mean signal-to-noise ratio of each server.
 * Then, of each slot or each place on the list, `features` numbers: whether it can be taken, signal to interference and
 * noise up and down (from `large-scale`), what it makes others suffer (from `local`), and the logarithm of the system
 * cost with it over that of the cheapest (at `twin`). What cannot be taken has zeros. Ratios are in 20 dB.
 */
export class RequestObservation {
  readonly parameters: NetworkParameters
  readonly options: RequestOptions
  /** Numbers of the round, and of each slot or place. */
  readonly round: number
  readonly features: number
  /** How many slots or places there are to choose from. */
  readonly actions: number
  /** The slots on the list, the cheapest first, `SITS_OUT` where there are no more. */
  readonly listed: Int32Array
  readonly #cost: Float64Array

  constructor(parameters: NetworkParameters, options: RequestOptions) {
    const { servers, channels } = parameters
    const knows = (tier: InformationTier) => includesTier(options.tier, tier)
    this.parameters = parameters
    this.options = options
    this.round = 4 + servers + channels + (knows('large-scale') ? servers : 0)
    this.features = 1 + (knows('large-scale') ? 2 : 0) + (knows('local') ? 1 : 0) + (knows('twin') ? 1 : 0)
    this.actions = options.actions === 'slots' ? servers * channels : options.shortlist
    this.listed = new Int32Array(this.actions)
    this.#cost = new Float64Array(servers * channels)
  }

  /** Numbers of an observation. */
  get size(): number {
    return this.round + this.actions * this.features
  }

  /** Writes the observation and which actions can be taken; zeros where nobody asks. */
  write(board: RequestBoard, into: Float32Array, mask: Uint8Array): void {
    into.fill(0)
    mask.fill(0)
    if (board.client === SITS_OUT) return
    this.#writeRound(board, into)
    this.#cheapest(board)
    for (let action = 0; action < this.actions; action++) {
      const slot = this.listed[action]
      if (slot === SITS_OUT) continue
      mask[action] = 1
      this.#writeSlot(board, slot, into, this.round + action * this.features)
    }
    for (let i = 0; i < into.length; i++) into[i] = bounded(into[i])
  }

  /** The slot that an action stands for; `SITS_OUT` where it stands for none. */
  slotOf(action: number): number {
    return this.options.actions === 'slots' ? action : this.listed[action]
  }

  #writeRound(
    { view, made, order, free, taken, client, parameters }: RequestBoard,
    into: Float32Array,
  ): void {
    const { clients, servers, channels, clientPowerW, noiseW } = parameters
    let at = 0
    into[at++] = made / Math.max(1, order.length)
    into[at++] = free / taken.length
    for (let slot = 0; slot < taken.length; slot++) {
      if (!taken[slot]) continue
      into[at + serverOf(slot, channels)] += servers / clients
      into[at + servers + (slot % channels)] += channels / clients
    }
    at += servers + channels
    into[at++] = view.energyRatio[client]
    into[at++] = view.latencyRatio
    if (!includesTier(this.options.tier, 'large-scale')) return
    for (let m = 0; m < servers; m++)
      into[at++] = decibels((clientPowerW[client] * view.meanGain[client * servers + m]) / noiseW)
  }

  #writeSlot(board: RequestBoard, slot: number, into: Float32Array, at: number): void {
    into[at] = 1
    if (this.features < 3) return
    const { up, down } = board.sinr(slot)
    into[at + 1] = decibels(up)
    into[at + 2] = decibels(down)
    if (this.features < 4) return
    into[at + 3] = log2OnePlus(board.leak(slot)) / 4
    if (this.features < 5) return
    into[at + 4] = logarithm(this.#cost[slot] / this.#least)
  }

  #least = 1

  /** Lists the free slots, and what they look to cost. */
  #cheapest(board: RequestBoard): void {
    const { listed, options } = this
    const all = options.actions === 'slots'
    const { taken } = board
    listed.fill(SITS_OUT)
    this.#least = Number.POSITIVE_INFINITY
    let count = 0
    for (let slot = 0; slot < taken.length; slot++) {
      if (taken[slot]) continue
      const cost = all && !board.evaluator ? 0 : this.#looksToCost(board, slot)
      this.#cost[slot] = cost
      if (cost < this.#least) this.#least = cost
      if (all) {
        listed[slot] = slot
        continue
      }
      if (count < listed.length) count++
      else if (!(cost < this.#cost[listed[count - 1]])) continue
      let at = count - 1
      for (; at > 0 && this.#cost[listed[at - 1]] > cost; at--) listed[at] = listed[at - 1]
      listed[at] = slot
    }
  }

  /** The system cost with the asking client in a slot where that is known, else what the client itself would cost. */
  #looksToCost(board: RequestBoard, slot: number): number {
    const { client, evaluator, parameters } = board
    if (evaluator) return evaluator.costOfPlacing(client, slot)
    const { load, bandwidthHz, clientSamples, clientPowerW, weights, rate } = parameters
    const { up, down } = board.sinr(slot)
    const seconds = (bits: number, sinr: number) =>
      bits === 0 ? 0 : (clientSamples[client] * bits) / (bandwidthHz * spectralEfficiency(rate, sinr))
    const sending = seconds(load.uplinkBits, up)
    const time = sending + seconds(load.downlinkBits, down)
    return systemCost(weights, time, clientPowerW[client] * sending)
  }
}

const decibels = (ratio: number): number => (10 * Math.log10(ratio)) / DECIBELS

/** 0 where both are without end. */
const logarithm = (ratio: number): number => (Number.isNaN(ratio) ? 0 : Math.log(ratio))

const bounded = (value: number): number =>
  Number.isNaN(value) ? 0 : Math.max(-OBSERVATION_LIMIT, Math.min(OBSERVATION_LIMIT, value))
