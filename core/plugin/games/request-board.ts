import { type Assignment, channelOf, SITS_OUT, serverOf } from '../../network/assignment.js'
import type { Evaluator } from '../../network/evaluator.js'
import type { InterferenceMeter } from '../../network/interference.js'
import { gainIndex, type NetworkParameters } from '../../network/round-network.js'
import { type InformationTier, includesTier } from '../tiers.js'
import type { SchedulerView } from '../view.js'
import { heldSlots } from './held-slots.js'
import { requestOrder } from './request-order.js'

/**
 * Who asks next, which slots are taken, and what the client whose turn it is can tell of each: as far as the tier goes.
 */
export class RequestBoard {
  readonly view: SchedulerView
  readonly tier: InformationTier
  readonly parameters: NetworkParameters
  /** The active clients in the order in which they ask; by number at tier `counts`, which knows no gains. */
  readonly order: Int32Array
  /** Requests made. */
  made = 0
  /** 1 for each slot that somebody holds, length M·K. */
  readonly taken: Uint8Array
  readonly assignment: Assignment
  /** What servers and clients measure; from tier `local` on. */
  readonly meter: InterferenceMeter | undefined
  /** What any change would cost; at tier `twin`. */
  readonly evaluator: Evaluator | undefined
  #free: number

  constructor(view: SchedulerView, tier: InformationTier) {
    const { parameters, active } = view
    const { clients, servers, channels } = parameters
    this.view = view
    this.tier = tier
    this.parameters = parameters
    this.taken = heldSlots(view)
    this.assignment = new Int32Array(clients).fill(SITS_OUT)
    const order = new Int32Array(clients)
    const meanGain = this.knows('large-scale') ? view.meanGain : undefined
    this.order = order.subarray(0, requestOrder(active, servers, meanGain, order, new Float64Array(clients)))
    this.meter = this.knows('local') ? view.interference() : undefined
    this.evaluator = this.knows('twin') ? view.evaluator() : undefined
    this.#free = this.taken.reduce((free, taken) => free - taken, servers * channels)
  }

  /** Whether the view shows what that tier provides. */
  knows(tier: InformationTier): boolean {
    return includesTier(this.tier, tier)
  }

  /** Slots that nobody holds. */
  get free(): number {
    return this.#free
  }

  /** Whose turn it is; `SITS_OUT` where nobody asks any more, or no slot is left. */
  get client(): number {
    return this.#free === 0 ? SITS_OUT : (this.order[this.made] ?? SITS_OUT)
  }

  /** Gives the client whose turn it is a slot that is free. */
  take(slot: number): void {
    const { client } = this
    if (client === SITS_OUT || !(slot >= 0 && slot < this.taken.length) || this.taken[slot])
      throw new RangeError(`client ${client} cannot take slot ${slot}`)
    this.assignment[client] = slot
    this.taken[slot] = 1
    this.#free--
    this.meter?.place(client, slot)
    this.evaluator?.place(client, slot)
    this.made++
  }

  /** Gain from the asking client to a server on a channel: its own, or the mean, or 0 where neither is known. */
  gainOf(server: number, channel: number): number {
    const { client, view, parameters } = this
    if (this.knows('local')) return view.uplinkGain[gainIndex(parameters, client, server, channel)]
    return this.knows('large-scale') ? view.meanGain[client * parameters.servers + server] : 0
  }

  /** Signal to interference and noise that the asking client would have in a slot now, up and down. */
  sinr(slot: number): { readonly up: number; readonly down: number } {
    const { client, parameters, view, meter } = this
    const { channels, clientPowerW, serverPowerW, noiseW } = parameters
    const server = serverOf(slot, channels)
    const channel = channelOf(slot, channels)
    const gain = this.gainOf(server, channel)
    if (!meter)
      return { up: (clientPowerW[client] * gain) / noiseW, down: (serverPowerW[server] * gain) / noiseW }
    const back = view.downlinkGain[gainIndex(parameters, client, server, channel)]
    return {
      up: (clientPowerW[client] * gain) / (noiseW + meter.uplink(server, channel)),
      down: (serverPowerW[server] * back) / (noiseW + meter.downlink(client, channel)),
    }
  }

  /** What the asking client would add to the noise of the servers that are in use on a channel, over it. */
  leak(slot: number): number {
    const { client, parameters, taken } = this
    const { servers, channels, clientPowerW, noiseW } = parameters
    const server = serverOf(slot, channels)
    const channel = channelOf(slot, channels)
    let leak = 0
    for (let other = 0; other < servers; other++) {
      if (other === server || !taken[other * channels + channel]) continue
      const noise = noiseW + (this.meter?.uplink(other, channel) ?? 0)
      leak += (clientPowerW[client] * this.gainOf(other, channel)) / noise
    }
    return leak
  }
}

/** The slot of a request for one that is taken: a free one of the same server, else anywhere, the one heard best. */
export function nearestFree(board: RequestBoard, asked: number): number {
  if (!board.taken[asked]) return asked
  const { channels, servers } = board.parameters
  const server = serverOf(asked, channels)
  let best = SITS_OUT
  let bestHere = false
  let bestGain = Number.NEGATIVE_INFINITY
  for (let slot = 0; slot < servers * channels; slot++) {
    if (board.taken[slot]) continue
    const here = serverOf(slot, channels) === server
    if (bestHere && !here) continue
    // Where gains are beyond the tier all are alike, and the first of them is taken.
    const gain = board.gainOf(serverOf(slot, channels), channelOf(slot, channels))
    if (here === bestHere && gain <= bestGain) continue
    best = slot
    bestHere = here
    bestGain = gain
  }
  return best
}
