import { type Assignment, channelOf, SITS_OUT, serverOf } from '../../network/assignment.js'
import type { Evaluator } from '../../network/evaluator.js'
import type { InterferenceMeter } from '../../network/interference.js'
import { gainIndex, type NetworkParameters } from '../../network/round-network.js'
import { type InformationTier, includesTier } from '../tiers.js'
import type { SchedulerView } from '../view.js'

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
    this.taken = new Uint8Array(servers * channels)
    this.assignment = new Int32Array(clients).fill(SITS_OUT)
    this.order = requestOrder(active, parameters, this.knows('large-scale') ? view.meanGain : undefined)
    this.meter = this.knows('local') ? view.interference() : undefined
    this.evaluator = this.knows('twin') ? view.evaluator() : undefined
    this.#free = servers * channels
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

  /** The clients that have not asked yet. */
  waiting(): Int32Array {
    return this.#free === 0 ? this.order.subarray(this.order.length) : this.order.subarray(this.made)
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

/** Clients that are active, the weakest best mean gain first; by number where gains are not known. */
function requestOrder(
  active: Uint8Array,
  { servers }: NetworkParameters,
  meanGain: Float64Array | undefined,
): Int32Array {
  const order = Int32Array.from(active.keys()).filter((client) => active[client])
  if (!meanGain) return order
  const best = Float64Array.from(active, (_, client) => {
    let gain = 0
    for (let m = 0; m < servers; m++) gain = Math.max(gain, meanGain[client * servers + m])
    return gain
  })
  return order.sort((a, b) => best[a] - best[b] || a - b)
}
