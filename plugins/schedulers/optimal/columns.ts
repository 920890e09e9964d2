import { type RoundNetwork, SITS_OUT, slotOf } from '../../../core/plugin/index.js'
import type { Mode } from '../shared/modes.js'
import { ClientLoads } from './client-loads.js'
import type { TrialRound } from './trial-round.js'

/**
 * Columns of the set-partitioning problem: each gives some clients a slot on one channel, no two at one server, and a mode.
 *
 * A column's energy is exact, as nobody off the channel can change it; so are its clients' times but for edge
 * computing, which depends on what load others bring to their servers. Members of column j are those from
 * `start[j]` to `start[j + 1]`.
 */
export interface Columns {
  readonly count: number
  readonly channel: Int32Array
  /** What the energies of the column's clients cost together. */
  readonly cost: Float64Array
  readonly start: Int32Array
  readonly client: Int32Array
  readonly server: Int32Array
  /** Which of its modes each member takes part in. */
  readonly mode: Int32Array
  /** Time of each member without edge computing, s. */
  readonly radioTime: Float64Array
  /** What each member brings to its server, one of its client's `loads`, and which. */
  readonly load: Float64Array
  readonly level: Int32Array
  readonly loads: ClientLoads
}

/** What a column has to stay below to be of use. */
export interface ColumnBounds {
  /** No assignment of this cost or more is of interest. */
  readonly cutoff: number
  /** The least cost of energy that each client can have in any column, length N. */
  readonly leastCost: Float64Array
  /** No round is shorter, s. */
  readonly leastTime: number
}

/** Most columns that are kept in memory; past them nothing can be proved. */
const MOST_COLUMNS = 2_000_000

/**
 * Every column that an assignment below the cutoff can be made of, or undefined where there are too many for memory or
 * time.
 *
 * More clients on a channel mean more interference and hence more time and energy for each, so a set of clients whose
 * bound reaches the cutoff need not be extended. A column of the same clients at the same servers in which nobody's time, load
 * or energy is better than in another is of no use, and left out. Who holds a slot (`held`, length N) is in columns with that slot alone. The round must have nobody placed, and has nobody in the end.
 */
export function enumerateColumns(
  network: RoundNetwork,
  clients: readonly number[],
  modes: readonly (readonly Mode[])[],
  round: TrialRound,
  bounds: ColumnBounds,
  expired: () => boolean,
  held: Int32Array,
): Columns | undefined {
  const { servers, channels, weights } = network
  const everyone = clients.reduce((sum, client) => sum + bounds.leastCost[client], 0)
  const list = new ColumnList(new ClientLoads(network, modes))
  const taken = new Uint8Array(servers)
  const members: Member[] = []

  let tooMany = false
  /** Extends the members by clients from `first` on. */
  const extend = (channel: number, first: number, least: number): void => {
    for (let i = first; i < clients.length && !tooMany; i++) {
      tooMany = list.count > MOST_COLUMNS || expired()
      const client = clients[i]
      const others = least - bounds.leastCost[client]
      for (let server = 0; server < servers; server++) {
        if (taken[server]) continue
        const slot = slotOf(server, channel, channels)
        if (held[client] !== SITS_OUT && held[client] !== slot) continue
        for (const [mode, way] of modes[client].entries()) {
          round.tryPlacing(client, slot, way)
          const { cost } = round
          const longest = Math.max(bounds.leastTime, round.time)
          // Put so that it refuses NaN, as of a link without any signal.
          if (!(others + cost + weights.latency * longest < bounds.cutoff)) continue
          round.place(client, slot, way)
          taken[server] = 1
          members.push({ client, server, mode })
          const { clientTime, edgeTime } = round.times()
          list.add(channel, cost, members, (n) => clientTime[n] - edgeTime[n])
          extend(channel, i + 1, others)
          members.pop()
          taken[server] = 0
          round.remove(client)
        }
      }
    }
  }
  const oneMode = clients.every((client) => modes[client].length === 1)
  for (let channel = 0; channel < channels; channel++) {
    const begin = list.count
    extend(channel, 0, everyone)
    if (!oneMode && !tooMany) list.keepUndominated(begin)
  }
  return tooMany ? undefined : list.columns()
}

interface Member {
  readonly client: number
  readonly server: number
  readonly mode: number
}

class ColumnList {
  readonly #channel: number[] = []
  readonly #cost: number[] = []
  readonly #start: number[] = [0]
  readonly #client: number[] = []
  readonly #server: number[] = []
  readonly #mode: number[] = []
  readonly #radioTime: number[] = []
  readonly #loads: ClientLoads

  constructor(loads: ClientLoads) {
    this.#loads = loads
  }

  get count(): number {
    return this.#cost.length
  }

  add(
    channel: number,
    cost: number,
    members: readonly Member[],
    radioTime: (client: number) => number,
  ): void {
    this.#channel.push(channel)
    this.#cost.push(cost)
    for (const { client, server, mode } of members) {
      this.#client.push(client)
      this.#server.push(server)
      this.#mode.push(mode)
      this.#radioTime.push(radioTime(client))
    }
    this.#start.push(this.#client.length)
  }

  /** Of those from `begin` on drops what another of the same clients at the same servers makes useless. */
  keepUndominated(begin: number): void {
    const alike = new Map<string, number[]>()
    for (let column = begin; column < this.count; column++) {
      let key = ''
      for (let i = this.#start[column]; i < this.#start[column + 1]; i++)
        key += `${this.#client[i]}@${this.#server[i]} `
      const others = alike.get(key)
      if (others) others.push(column)
      else alike.set(key, [column])
    }
    const kept: number[] = []
    for (const columns of alike.values()) {
      // Nothing that costs more is better than what costs less unless it is faster or lighter.
      columns.sort((a, b) => this.#cost[a] - this.#cost[b] || a - b)
      const best: number[] = []
      for (const column of columns)
        if (!best.some((other) => this.#isNoBetter(column, other))) best.push(column)
      for (const column of best) kept.push(column)
    }
    kept.sort((a, b) => a - b)
    let at = this.#start[begin]
    for (const [i, column] of kept.entries()) {
      const [from, to] = [this.#start[column], this.#start[column + 1]]
      this.#channel[begin + i] = this.#channel[column]
      this.#cost[begin + i] = this.#cost[column]
      for (const list of [this.#client, this.#server, this.#mode, this.#radioTime])
        list.copyWithin(at, from, to)
      at += to - from
      this.#start[begin + i + 1] = at
    }
    const end = begin + kept.length
    this.#channel.length = end
    this.#cost.length = end
    this.#start.length = end + 1
    for (const list of [this.#client, this.#server, this.#mode, this.#radioTime]) list.length = at
  }

  #isNoBetter(column: number, other: number): boolean {
    let rival = this.#start[other]
    for (let i = this.#start[column]; i < this.#start[column + 1]; i++, rival++) {
      if (this.#radioTime[i] < this.#radioTime[rival] || this.#load(i) < this.#load(rival)) return false
    }
    return true
  }

  #load(member: number): number {
    const client = this.#client[member]
    return this.#loads.of(client, this.#loads.level(client, this.#mode[member]))
  }

  columns(): Columns {
    const level = this.#client.map((client, i) => this.#loads.level(client, this.#mode[i]))
    return {
      count: this.count,
      channel: Int32Array.from(this.#channel),
      cost: Float64Array.from(this.#cost),
      start: Int32Array.from(this.#start),
      client: Int32Array.from(this.#client),
      server: Int32Array.from(this.#server),
      mode: Int32Array.from(this.#mode),
      radioTime: Float64Array.from(this.#radioTime),
      load: Float64Array.from(level, (each, i) => this.#loads.of(this.#client[i], each)),
      level: Int32Array.from(level),
      loads: this.#loads,
    }
  }
}
