import { type ClientWork, sinrOf, systemCost, transferTime } from '../../../core/plugin/index.js'
import type { Board } from './gains.js'
import { SinrBounds } from './sinr-bounds.js'

/** What the clients that wait for a request will need, s and J. */
export interface Rest {
  readonly time: number
  readonly energy: number
}

/** Which candidates of a request are of interest. */
export interface Wanted {
  /** How many, at most. */
  readonly longest: number
  /** None that looks to cost so many times what the best does. */
  readonly drop: number
  /** None that looks to cost as much as this. */
  readonly limit: number
}

/** Bounds are compared with costs up to rounding. */
const ROUNDED_UP = 1 + 1e-12

/**
 * The free slots that a client may request, and ways to take part in each, and what each would come to as far as is known before it is taken.
 *
 * Known exactly: the client's own times, what it makes others' uplinks suffer (its own gain to their servers), and the
 * edge computing it adds. What a server that becomes active makes the clients of others on the channel suffer is known
 * at tier `twin` only; otherwise it is what the mean gain would make it.
 */
export class Candidates {
  /** Slots in order of `cost`, the best `count` of them. */
  readonly slots: Int32Array
  count = 0
  /** Estimated λT + μΣE afterwards, those still to come included as the outlook has them; by place in the list. */
  readonly cost: Float64Array
  /** Way and slot of each as one number, way·M·K + slot. */
  readonly actions: Int32Array
  // By action, for those whose slot is free.
  readonly ownTime: Float64Array
  readonly ownEnergy: Float64Array
  readonly ownUplinkSinr: Float64Array
  readonly ownDownlinkSinr: Float64Array
  /** Longest time, afterwards, of those on the channel; 0 where there is nobody. */
  readonly victimTime: Float64Array
  /** Energy that they need more, J. */
  readonly victimEnergy: Float64Array
  /** T afterwards, s. */
  readonly timeAfter: Float64Array
  readonly #bounds = new SinrBounds()
  readonly #slotCount: number
  /** Ways of the client at hand; undefined where it has but the one that the board has. */
  #works: readonly ClientWork[] | undefined
  #power = 0

  /** Clients have so many ways at most. */
  constructor(servers: number, channels: number, longest: number, ways = 1) {
    const slots = servers * channels
    this.#slotCount = slots
    this.slots = new Int32Array(longest)
    this.actions = new Int32Array(longest)
    this.cost = new Float64Array(longest)
    const byAction = () => new Float64Array(slots * ways)
    this.ownTime = byAction()
    this.ownEnergy = byAction()
    this.ownUplinkSinr = byAction()
    this.ownDownlinkSinr = byAction()
    this.victimTime = byAction()
    this.victimEnergy = byAction()
    this.timeAfter = byAction()
  }

  /** Which of its ways the client takes part in as the candidate in a place has it. */
  wayOf(place: number): number {
    return Math.floor(this.actions[place] / this.#slotCount)
  }

  /** The client's power in that candidate, W. */
  powerOf(place: number): number {
    return this.#works?.[this.wayOf(place)].powerW ?? this.#power
  }

  /**
   * Looks at every free slot, and each of these ways, for a client that holds none, and keeps the `longest` of least estimated cost below `limit`,
   * none that looks to cost so many times the best as `drop`.
   *
   * Servers with 0 in `open` are left out. Most slots are seen to be too dear by their SINRs alone, whose bounds follow
   * from the cost to beat; which are kept does not depend on it.
   */
  consider(
    board: Board,
    client: number,
    rest: Rest,
    open: Uint8Array,
    wanted: Wanted,
    works?: readonly ClientWork[],
  ): void {
    this.count = 0
    this.#works = works
    this.#power = board.power[client]
    let dearest = wanted.limit
    if (!works) this.#considerWay(board, client, rest, open, wanted, 0, dearest)
    else
      for (const [way, work] of works.entries()) {
        board.setWork(client, way, work)
        dearest = this.#considerWay(board, client, rest, open, wanted, way, dearest)
      }
    while (this.count > 1 && this.cost[this.count - 1] > wanted.drop * this.cost[0]) this.count--
  }

  /** Looks at every free slot for one way of the client, and keeps what costs less than the dearest of interest; returns what that is then. */
  #considerWay(
    board: Board,
    client: number,
    rest: Rest,
    open: Uint8Array,
    { longest, drop, limit }: Wanted,
    way: number,
    atMost: number,
  ): number {
    const { servers, channels, clients, occupant, parameters, serverNoise, edgeTime } = board
    const { uplinkGain, downlinkGain, meanGain, crossGainsKnown } = board.gains
    const { serverPowerW, weights, rate } = parameters
    const power = board.power[client]
    const samples = board.edgeLoad[client]
    const uplinkWork = board.uplinkWork[client]
    const downlinkWork = board.downlinkWork[client]
    const energyBefore = board.totalEnergy() + rest.energy
    const bounds = this.#bounds
    let dearest = atMost
    bounds.open(board, client, energyBefore, rest, open)
    bounds.tighten(dearest)
    const firstChannel = board.bestChannel[client]
    for (let step = 0; step < channels; step++) {
      // The best channel is first, so that there is a cost to beat.
      const k = firstChannel + step < channels ? firstChannel + step : firstChannel + step - channels
      const row = (k * clients + client) * servers
      let received = 0
      for (let m = 0; m < servers; m++) {
        if (uplinkGain[row + m] < bounds.gain) continue
        const slot = m * channels + k
        if (occupant[slot] !== -1 || open[m] === 0) continue
        const uplinkSinr = sinrOf(power * uplinkGain[row + m], serverNoise[k * servers + m])
        if (uplinkSinr < bounds.uplink) continue
        if (received === 0) received = board.noiseAt(client, k)
        const downlinkSinr = sinrOf(serverPowerW[m] * downlinkGain[row + m], received)
        if (downlinkSinr < bounds.downlink) continue
        const sending = transferTime(uplinkWork, uplinkSinr, rate)
        const edge = (board.serverSamples[m] + samples) * board.secondsPerSample[m]
        const receiving = transferTime(downlinkWork, downlinkSinr, rate)
        const ownTime = board.headTime[client] + sending + edge + receiving
        const ownEnergy = board.energyOf(client, sending, receiving)
        let time = Math.max(ownTime, rest.time)
        if (board.serverClients[m] > 0 && board.longest[m] + edge > time) time = board.longest[m] + edge
        for (let other = 0; other < servers; other++) {
          if (other === m || board.serverClients[other] === 0) continue
          const affected = board.longestChannel[other] === k
          const unaffected = (affected ? board.secondLongest[other] : board.longest[other]) + edgeTime[other]
          if (unaffected > time) time = unaffected
        }
        // Whatever those on the channel suffer comes on top.
        if (systemCost(weights, time, energyBefore + ownEnergy) > dearest * ROUNDED_UP) continue
        let victimTime = 0
        let victimEnergy = 0
        for (let other = 0; other < servers; other++) {
          const victim = occupant[other * channels + k]
          if (other === m || victim === -1) continue
          const cross = crossGainsKnown
            ? downlinkGain[(k * clients + victim) * servers + m]
            : meanGain[victim * servers + m]
          const up = board.uplinkTime(victim, other, k, power * uplinkGain[row + other])
          const down = board.downlinkTime(victim, serverPowerW[m] * cross)
          const after = board.headTime[victim] + up + down + edgeTime[other]
          if (after > victimTime) victimTime = after
          victimEnergy += board.energyOf(victim, up, down) - board.energy[victim]
        }
        if (victimTime > time) time = victimTime
        const action = way * this.#slotCount + slot
        this.ownTime[action] = ownTime
        this.ownEnergy[action] = ownEnergy
        this.ownUplinkSinr[action] = uplinkSinr
        this.ownDownlinkSinr[action] = downlinkSinr
        this.victimTime[action] = victimTime
        this.victimEnergy[action] = victimEnergy
        this.timeAfter[action] = time
        const cost = systemCost(weights, time, energyBefore + ownEnergy + victimEnergy)
        if (!(cost < dearest)) continue
        if (this.count < longest) this.count++
        this.#insert(action, cost, this.count - 1)
        const last = this.count === longest ? this.cost[longest - 1] : limit
        const reached = Math.min(last, drop * this.cost[0])
        if (!(reached < dearest)) continue
        dearest = reached
        bounds.tighten(dearest)
      }
    }
    return dearest
  }

  #insert(action: number, cost: number, end: number): void {
    let at = end
    for (; at > 0 && this.cost[at - 1] > cost; at--) {
      this.cost[at] = this.cost[at - 1]
      this.slots[at] = this.slots[at - 1]
      this.actions[at] = this.actions[at - 1]
    }
    this.cost[at] = cost
    this.slots[at] = action % this.#slotCount
    this.actions[at] = action
  }
}
