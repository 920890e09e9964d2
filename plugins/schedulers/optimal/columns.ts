import {
  type Evaluator,
  evaluateRound,
  type RoundNetwork,
  SITS_OUT,
  slotOf,
} from '../../../core/plugin/index.js'

/**
 * Columns of the set-partitioning problem: each gives some clients a slot on one channel, no two at one server.
 *
 * A column's energy is exact, as nobody off the channel can change it; so are its clients' times but for edge
 * computing, which depends on how many samples others bring to their servers. Members of column j are those from
 * `start[j]` to `start[j + 1]`.
 */
export interface Columns {
  readonly count: number
  readonly channel: Int32Array
  /** μE of the column's clients together. */
  readonly cost: Float64Array
  readonly start: Int32Array
  readonly client: Int32Array
  readonly server: Int32Array
  /** Time of each member without edge computing, s. */
  readonly radioTime: Float64Array
}

/** What a column has to stay below to be of use. */
export interface ColumnBounds {
  /** No assignment of this cost or more is of interest. */
  readonly cutoff: number
  /** The least μE that each client can have in any column, length N. */
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
 * bound reaches the cutoff need not be extended. The evaluator must have nobody placed, and has nobody in the end.
 */
export function enumerateColumns(
  network: RoundNetwork,
  clients: readonly number[],
  evaluator: Evaluator,
  bounds: ColumnBounds,
  expired: () => boolean,
): Columns | undefined {
  const { servers, channels, weights } = network
  const everyone = clients.reduce((sum, client) => sum + bounds.leastCost[client], 0)
  const assignment = new Int32Array(network.clients).fill(SITS_OUT)
  const taken = new Uint8Array(servers)
  const members: number[] = []
  const list = { channel: [0], cost: [0], start: [0], client: [0], server: [0], radioTime: [0] }
  for (const values of Object.values(list)) values.length = 0

  let tooMany = false
  const keep = (channel: number, cost: number) => {
    const { clientTime, edgeTime } = evaluateRound(network, assignment)
    list.channel.push(channel)
    list.cost.push(cost)
    list.start.push(list.client.length)
    for (const client of members) {
      list.client.push(client)
      list.server.push((assignment[client] / channels) | 0)
      list.radioTime.push(clientTime[client] - edgeTime[client])
    }
  }
  /** Extends the members by clients from `first` on. */
  const extend = (channel: number, first: number, least: number): void => {
    for (let i = first; i < clients.length && !tooMany; i++) {
      tooMany = list.channel.length > MOST_COLUMNS || expired()
      const client = clients[i]
      const others = least - bounds.leastCost[client]
      for (let server = 0; server < servers; server++) {
        if (taken[server]) continue
        const slot = slotOf(server, channel, channels)
        evaluator.costOfPlacing(client, slot)
        const cost = evaluator.candidateEnergyCost
        const longest = Math.max(bounds.leastTime, evaluator.candidateTime)
        // Put so that it refuses NaN, as of a link without any signal.
        if (!(others + cost + weights.latency * longest < bounds.cutoff)) continue
        evaluator.place(client, slot)
        taken[server] = 1
        assignment[client] = slot
        members.push(client)
        keep(channel, cost)
        extend(channel, i + 1, others)
        members.pop()
        assignment[client] = SITS_OUT
        taken[server] = 0
        evaluator.remove(client)
      }
    }
  }
  for (let channel = 0; channel < channels; channel++) extend(channel, 0, everyone)
  if (tooMany) return undefined
  list.start.push(list.client.length)
  return {
    count: list.channel.length,
    channel: Int32Array.from(list.channel),
    cost: Float64Array.from(list.cost),
    start: Int32Array.from(list.start),
    client: Int32Array.from(list.client),
    server: Int32Array.from(list.server),
    radioTime: Float64Array.from(list.radioTime),
  }
}
