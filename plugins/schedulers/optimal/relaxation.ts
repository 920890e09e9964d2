import type { RoundNetwork } from '../../../core/plugin/index.js'
import type { Columns } from './columns.js'
import type { LoadRange } from './server-loads.js'

/** When to stop before everything is proved. */
export interface SearchLimits {
  /** Most nodes of the tree. */
  readonly nodes: number
  /** Whether time is up. */
  expired(): boolean
}

/** What the relaxation has to do with: columns listed from `from` to `to`, and what they have to cover. */
export interface Subproblem {
  readonly list: Int32Array
  readonly from: number
  readonly to: number
  readonly clients: readonly number[]
  /** Load that servers hold already, length M, and may hold in the end. */
  readonly load: Readonly<Float64Array>
  readonly range: LoadRange
}

/** Steps without a better bound after which they are halved. */
const PATIENCE = 5
/** Loads that miss their range by less, in clients, count as met. */
const LEAST_MISS = 1e-4

/**
 * The Lagrangian relaxation of "each client exactly once" and of the servers' load ranges: clients and load at servers
 * have prices, and each channel takes the column that is worth most at them, if any is.
 *
 * Whatever the prices, the result is a lower bound; subgradient steps make it a good one.
 */
export class Relaxation {
  /** π_n of each client, then what a client’s mean load at each server is worth, length N + M; as the best bound left them. */
  readonly prices: Float64Array
  /** Reduced cost of each channel's best column at those prices, 0 or less. */
  readonly channelValue: Float64Array
  readonly #columns: Columns
  readonly #clients: number
  readonly #servers: number
  readonly #levels: number
  /** Loads over the clients' mean of the least, by level and client; D_n / D̄ where loads are samples. */
  readonly #weight: Float64Array
  readonly #meanLoad: number
  /** Level, client and server of each member of a column as one number, (l·N + n)·M + m. */
  readonly #link: Int32Array
  /** What a client of a level at a server is worth: at the trial prices, and at the best. */
  readonly #trialWorth: Float64Array
  readonly #worth: Float64Array
  readonly #trial: Float64Array
  readonly #trialValue: Float64Array
  readonly #choice: Int32Array
  readonly #direction: Float64Array

  constructor(network: RoundNetwork, columns: Columns) {
    const { clients, servers, channels } = network
    const { loads, level } = columns
    const { levels } = loads
    this.#columns = columns
    this.#clients = clients
    this.#servers = servers
    this.#levels = levels
    let sum = 0
    for (let n = 0; n < clients; n++) sum += loads.least(n)
    this.#meanLoad = sum / clients || 1
    this.#weight = Float64Array.from(
      { length: levels * clients },
      (_, i) => loads.of(i % clients, Math.floor(i / clients)) / this.#meanLoad,
    )
    this.#link = columns.client.map(
      (client, i) => (level[i] * clients + client) * servers + columns.server[i],
    )
    this.prices = new Float64Array(clients + servers)
    this.channelValue = new Float64Array(channels)
    this.#trialWorth = new Float64Array(levels * clients * servers)
    this.#worth = new Float64Array(levels * clients * servers)
    this.#trial = new Float64Array(clients + servers)
    this.#trialValue = new Float64Array(channels)
    this.#choice = new Int32Array(channels)
    this.#direction = new Float64Array(clients + servers)
  }

  /** What a column costs above what its clients are worth, as the best bound left prices. */
  reducedCost(column: number): number {
    return this.#reducedCost(column, this.#worth)
  }

  /** Lower bound on the cost, improved by so many steps, or until it reaches `target` or time is up. */
  bound(problem: Subproblem, target: number, steps: number, limits: SearchLimits): number {
    const trial = this.#trial
    trial.set(this.prices)
    let best = Number.NEGATIVE_INFINITY
    let scale = 1
    let idle = 0
    for (let step = 0; ; step++) {
      const value = this.#evaluate(problem)
      if (value > best) {
        best = value
        this.prices.set(trial)
        this.#worth.set(this.#trialWorth)
        this.channelValue.set(this.#trialValue)
        idle = 0
      } else if (++idle === PATIENCE) {
        scale /= 2
        idle = 0
      }
      if (best >= target || step >= steps || limits.expired()) return best
      const square = this.#findDirection(problem)
      if (square === 0) return best
      // Without anything to reach, a step as long as the value itself will do.
      const rise = target < Number.POSITIVE_INFINITY ? target - value : Math.abs(value) + 1
      const length = (scale * rise) / square
      for (let i = 0; i < trial.length; i++) trial[i] += length * this.#direction[i]
    }
  }

  /** The relaxation's value at the trial prices. */
  #evaluate({ list, from, to, clients, load, range }: Subproblem): number {
    const trial = this.#trial
    const servers = this.#servers
    let total = 0
    for (const client of clients) {
      total += trial[client]
      for (let level = 0; level < this.#levels; level++) {
        const own = level * this.#clients + client
        for (let m = 0; m < servers; m++)
          this.#trialWorth[own * servers + m] = trial[client] + this.#weight[own] * trial[this.#clients + m]
      }
    }
    for (let m = 0; m < servers; m++) {
      const price = trial[this.#clients + m]
      if (price !== 0)
        total += (price * ((price > 0 ? range.least[m] : range.most[m]) - load[m])) / this.#meanLoad
    }
    const { channel } = this.#columns
    const value = this.#trialValue.fill(0)
    const choice = this.#choice.fill(-1)
    for (let i = from; i < to; i++) {
      const column = list[i]
      const reduced = this.#reducedCost(column, this.#trialWorth)
      if (reduced >= value[channel[column]]) continue
      value[channel[column]] = reduced
      choice[channel[column]] = column
    }
    for (let k = 0; k < value.length; k++) total += value[k]
    return total
  }

  /** Finds by how much each constraint is missed, the direction in which prices rise; returns its square. */
  #findDirection({ clients, load, range }: Subproblem): number {
    const { start, client, server, level } = this.#columns
    const direction = this.#direction.fill(0)
    const ofServers = direction.subarray(this.#clients)
    for (const n of clients) direction[n] = 1
    for (let m = 0; m < this.#servers; m++) ofServers[m] = -load[m] / this.#meanLoad
    for (const column of this.#choice) {
      if (column < 0) continue
      for (let i = start[column]; i < start[column + 1]; i++) {
        direction[client[i]]--
        ofServers[server[i]] -= this.#weight[level[i] * this.#clients + client[i]]
      }
    }
    let square = 0
    for (const n of clients) square += direction[n] * direction[n]
    for (let m = 0; m < this.#servers; m++) {
      const price = this.#trial[this.#clients + m]
      const low = ofServers[m] + range.least[m] / this.#meanLoad
      const high = ofServers[m] + range.most[m] / this.#meanLoad
      // Within its range a load wants no price.
      if (price > 0 || (price === 0 && low > 0)) ofServers[m] = low
      else if (price < 0 || high < 0) ofServers[m] = high
      else ofServers[m] = 0
      // A hair's breadth would ask for prices so large that rounding spoils the bound.
      if (Math.abs(ofServers[m]) < LEAST_MISS) ofServers[m] = 0
      square += ofServers[m] * ofServers[m]
    }
    return square
  }

  #reducedCost(column: number, worth: Float64Array): number {
    const { cost, start } = this.#columns
    let reduced = cost[column]
    for (let i = start[column]; i < start[column + 1]; i++) reduced -= worth[this.#link[i]]
    return reduced
  }
}
