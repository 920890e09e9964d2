import { SITS_OUT } from '../../network/assignment.js'
import type { RoundGains } from '../../network/client-works.js'
import { MeasuredRound } from '../../network/measured-round.js'
import { unservedPriceOf } from '../../network/prices.js'
import { systemCost } from '../../network/round-cost.js'
import { WaitingNeeds } from './waiting-needs.js'

/** Ways in which clients may take part beside their slots. */
export interface WaysToTakePart {
  /** What edge loads are counted in. */
  readonly flopsPerLoad: number
  /** Has a client that holds no slot take part as it would alone (`MeasuredRound.setWork`). */
  standAlone(round: MeasuredRound, client: number): void
}

/** What a request earns that took the projected cost from one value to another. */
export const requestReward = (before: number, after: number): number => -Math.log(after / before)

/**
 * A round as a sequential game: clients ask for slots one after another, and nobody asks for a taken one.
 *
 * A request earns −log(cost after / cost before) of the projected cost, in which those that wait count with the least that
 * they could need: over a round, −log(cost / least that it could be), and over several requests the logarithm between
 * their ends. `sequential-q` is trained in it and the environment `sequential` plays it; whoever opens a round says by which
 * gains it is measured.
 */
export class SequentialGame<Gains extends RoundGains = RoundGains> {
  /** Who holds which slot, and what is measured then. */
  readonly round: MeasuredRound<Gains>
  readonly needs: WaitingNeeds
  /** The clients that ask, in turn; `count` of them. */
  readonly order: Int32Array
  count = 0
  /** Requests made. */
  made = 0
  /** Projected T, s, as `projection` last had it. */
  projectedTime = 0
  readonly #kept: Float64Array
  #keptMade = 0

  constructor(clients: number, servers: number, channels: number) {
    this.round = new MeasuredRound(clients, servers, channels)
    this.needs = new WaitingNeeds(clients)
    this.order = new Int32Array(clients)
    this.#kept = this.round.save()
  }

  /** Begins a round; the first `count` of `order` ask, each as it would choose alone where it has several ways to take part. */
  open(gains: Gains, count: number, ways?: WaysToTakePart): void {
    this.count = count
    this.made = 0
    this.round.open(gains, ways?.flopsPerLoad)
    if (ways) for (let client = 0; client < this.round.clients; client++) ways.standAlone(this.round, client)
    this.needs.open(this.round, this.order, count)
  }

  /** Whether everyone has asked. */
  get over(): boolean {
    return this.made >= this.count
  }

  /** Whose turn it is; `SITS_OUT` where everyone has asked. */
  get client(): number {
    return this.over ? SITS_OUT : this.order[this.made]
  }

  /** λT + μΣE and prices, those that wait with the least that they could need. */
  projection(): number {
    const { round, needs, made } = this
    this.projectedTime = Math.max(round.time(), needs.time[made])
    const joules = round.totalEnergy() + needs.energy[made]
    const cost = systemCost(round.parameters.weights, this.projectedTime, joules)
    return round.parameters.prices ? cost + this.#prices() : cost
  }

  /** Gives the client whose turn it is a free slot. */
  take(slot: number): void {
    this.round.place(this.client, slot)
    this.made++
  }

  /** The client whose turn it is gets none. */
  pass(): void {
    this.made++
  }

  /** Remembers how things stand, for `goBack`. */
  keep(): void {
    this.round.save(this.#kept)
    this.#keptMade = this.made
  }

  /** Undoes every request since `keep`. */
  goBack(): void {
    this.round.restore(this.#kept)
    this.made = this.#keptMade
  }

  #prices(): number {
    const { round, needs, order, made, count } = this
    const { parameters, slot, energy } = round
    const waiting = order.subarray(made, count)
    const perJoule = (client: number) => parameters.prices?.energy?.[client] ?? 0
    let price = 0
    for (let n = 0; n < round.clients; n++) {
      if (slot[n] !== SITS_OUT) price += perJoule(n) === 0 ? 0 : perJoule(n) * energy[n]
      else if (waiting.includes(n)) price += perJoule(n) === 0 ? 0 : perJoule(n) * needs.aloneEnergy[n]
      else price += unservedPriceOf(parameters, n)
    }
    return price
  }
}
