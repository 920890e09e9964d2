import type { RoundNetwork } from '../../../core/plugin/index.js'
import { ColumnLists } from './column-lists.js'
import type { Columns } from './columns.js'
import { Reach } from './reach.js'
import { Relaxation, type SearchLimits } from './relaxation.js'
import { type LoadRange, ServerLoads } from './server-loads.js'

/** What a search came to. */
export interface SearchResult {
  /** Columns of the best assignment, or undefined where none below the cutoff was found. */
  readonly chosen: readonly number[] | undefined
  /** No assignment made of these columns costs less, unless it is more than the cutoff that the search was left with. */
  readonly bound: number
  readonly nodes: number
}

/** A part of the tree: what is decided, and what is left to decide. */
interface Node {
  /** Clients that are in no chosen column yet. */
  readonly clients: readonly number[]
  /** μE of the chosen columns. */
  readonly cost: number
  /** The round takes this long at least, s. */
  readonly leastTime: number
  /** Longer rounds are in another part of the tree, s. */
  readonly mostTime: number
  readonly range: LoadRange
  /** Lower bound of the node it comes from. */
  readonly bound: number
}

/** Subgradient steps at the root of the tree, where prices are to be found, and below, where they are known roughly. */
const FIRST_STEPS = 300
const STEPS = 20
/** A round's time is split while it can lengthen the round by more than this share of the gap that the root leaves. */
const OPEN_GAP = 0.25
/** Decided to this relative precision: nothing closer to the best is looked for. */
const PRECISION = 1e-9

/**
 * Finds the columns of least λT + μE that hold each client once, with at most one column a channel, by depth-first branch
 * and bound.
 *
 * A node's bound is its least time and the relaxation's value; columns whose reduced cost shows that nothing better
 * holds them are dropped for all of its subtree. Where edge computing takes time, a node is split by how long the round
 * takes, then by the load of a server as long as that leaves the round's time open; then by the columns of the client
 * that has fewest.
 */
export class BranchAndBound {
  readonly #latency: number
  readonly #columns: Columns
  readonly #clients: readonly number[]
  readonly #limits: SearchLimits
  readonly #gap: number
  readonly #relaxation: Relaxation
  readonly #loads: ServerLoads
  readonly #left: ColumnLists
  readonly #columnsOfClient: Int32Array
  readonly #covered: Uint8Array
  readonly #reach: Reach
  readonly #path: number[] = []
  #cutoff: number
  #chosen: readonly number[] | undefined
  /** Least bound of whatever was given up as too dear, or for want of time. */
  #bound: number
  #nodes = 0
  /** Rounds whose λT differs by less are not told apart before all else. */
  #openCost = Number.POSITIVE_INFINITY

  /** Only assignments of these clients that cost less than the cutoff, by more than the gap, are looked for. */
  constructor(
    network: RoundNetwork,
    columns: Columns,
    clients: readonly number[],
    cutoff: number,
    gap: number,
    limits: SearchLimits,
  ) {
    this.#latency = network.weights.latency
    this.#columns = columns
    this.#clients = clients
    this.#limits = limits
    this.#gap = Math.max(gap, PRECISION)
    this.#relaxation = new Relaxation(network, columns)
    this.#loads = new ServerLoads(network, columns, clients)
    this.#left = new ColumnLists(columns.count)
    this.#columnsOfClient = new Int32Array(network.clients)
    this.#covered = new Uint8Array(network.clients)
    this.#reach = new Reach(network, columns)
    this.#cutoff = cutoff
    this.#bound = this.#target
  }

  /** Searches, starting from the least time of a round, s, from client prices, length N, and from a bound known already. */
  run(leastTime: number, prices: Float64Array, bound: number): SearchResult {
    const clients = this.#clients
    const range = this.#loads.anyLoad(clients)
    const end = this.#columns.count
    for (let column = 0; column < end; column++)
      this.#left.add(column, column, this.#loads.timeWith(column, range))
    this.#relaxation.prices.set(prices)
    const root = { clients, cost: 0, leastTime, mostTime: Number.POSITIVE_INFINITY, range, bound }
    this.#explore(root, 0, end, FIRST_STEPS)
    return { chosen: this.#chosen, bound: Math.min(this.#bound, this.#cutoff), nodes: this.#nodes }
  }

  /** What costs as much is not worth finding. */
  get #target(): number {
    return this.#cutoff * (1 - this.#gap)
  }

  /** Explores a node with the columns listed from `from` to `to`; what is listed there and behind is lost. */
  #explore(node: Node, from: number, to: number, steps: number): void {
    if (this.#nodes >= this.#limits.nodes || this.#limits.expired()) {
      this.#giveUp(node.bound)
      return
    }
    this.#nodes++
    const { clients, range } = node
    const leastTime = Math.max(node.leastTime, this.#loads.leastTime(clients, range))
    if (leastTime > node.mostTime) return
    const base = node.cost + this.#latency * leastTime
    if (clients.length === 0) {
      if (base >= this.#cutoff) return
      this.#cutoff = base
      this.#chosen = this.#path.slice()
      return
    }
    const list = this.#left.column
    const problem = { list, from, to, clients, load: this.#loads.load, range }
    const relaxed = base + this.#relaxation.bound(problem, this.#target - base, steps, this.#limits)
    if (this.#nodes === 1) this.#openCost = OPEN_GAP * (this.#target - relaxed)
    const here = { ...node, leastTime, bound: Math.max(node.bound, relaxed) }
    if (here.bound >= this.#target) this.#giveUp(here.bound)
    else this.#branch(here, relaxed, from, this.#dropDear(leastTime, relaxed, from, to))
  }

  /** Drops the columns that nothing below the target holds; returns where the list ends now. */
  #dropDear(leastTime: number, bound: number, from: number, to: number): number {
    const { channel } = this.#columns
    const { column, time } = this.#left
    const target = this.#target
    let end = from
    for (let i = from; i < to; i++) {
      const reduced =
        this.#relaxation.reducedCost(column[i]) - this.#relaxation.channelValue[channel[column[i]]]
      const longer = time[i] > leastTime ? time[i] - leastTime : 0
      const least = bound + reduced + this.#latency * longer
      if (least >= target) this.#giveUp(least)
      else end = this.#left.add(end, column[i], time[i])
    }
    return end
  }

  /** Splits a node; `relaxed` bounds its rounds of the least time. */
  #branch(node: Node, relaxed: number, from: number, to: number): void {
    if (!this.#loads.matter) {
      this.#branchByClient(node, from, to)
      return
    }
    const narrowed = this.#narrow(node, relaxed, from, to)
    if (!narrowed) return
    const { leastTime, mostTime, range, end } = narrowed
    const here = { ...node, leastTime, range }
    const server = this.#loads.openServer(range, leastTime, mostTime, this.#reach)
    if (this.#latency * (mostTime - leastTime) > this.#openCost) this.#branchByTime(here, mostTime, from, end)
    else if (server < 0) this.#branchByClient(here, from, end)
    else this.#branchByLoad(here, server, from, end)
  }

  /**
   * Narrows servers' loads by the columns left, and the columns left by servers' loads, until nothing more follows;
   * undefined where nothing is left.
   */
  #narrow(node: Node, relaxed: number, from: number, to: number) {
    // The longest round that can still be below the target.
    const longest =
      this.#latency > 0 ? node.leastTime + (this.#target - relaxed) / this.#latency : Number.POSITIVE_INFINITY
    const mostTime = Math.min(node.mostTime, longest)
    if (longest < node.mostTime) this.#giveUp(this.#target)
    let { range } = node
    let end = to
    for (let before = -1; before !== end; ) {
      before = end
      this.#reach.measure(node.clients, this.#left, from, end)
      const narrower = this.#loads.narrow(range, node.clients, mostTime, this.#reach)
      if (!narrower) return undefined
      range = narrower
      end = this.#list(from, from, end, range, mostTime)
    }
    const leastTime = Math.max(
      node.leastTime,
      this.#loads.leastTime(node.clients, range),
      this.#reach.leastTime(node.clients, this.#left, from, end),
    )
    const possible = leastTime <= mostTime && leastTime < Number.POSITIVE_INFINITY
    return possible ? { leastTime, mostTime, range, end } : undefined
  }

  #branchByTime(node: Node, mostTime: number, from: number, to: number): void {
    const middle = (node.leastTime + mostTime) / 2
    const prices = this.#relaxation.prices.slice()
    const shorter = this.#list(to, from, to, node.range, middle)
    this.#explore({ ...node, mostTime: middle }, to, shorter, STEPS)
    this.#relaxation.prices.set(prices)
    const longer = this.#list(to, from, to, node.range, mostTime)
    this.#explore({ ...node, leastTime: middle, mostTime }, to, longer, STEPS)
  }

  #branchByLoad(node: Node, server: number, from: number, to: number): void {
    const prices = this.#relaxation.prices.slice()
    for (const range of this.#loads.split(node.range, server)) {
      this.#relaxation.prices.set(prices)
      this.#explore({ ...node, range }, to, this.#list(to, from, to, range, node.mostTime), STEPS)
    }
  }

  /** Lists at a place those columns from `from` to `to` that take no longer with such loads; returns where that list ends. */
  #list(place: number, from: number, to: number, range: LoadRange, mostTime: number): number {
    if (place !== from) this.#left.reserve(place, to - from)
    const { column } = this.#left
    let end = place
    for (let i = from; i < to; i++) end = this.#addIfHeld(end, column[i], range, mostTime)
    return end
  }

  #branchByClient(node: Node, from: number, to: number): void {
    const branching = this.#scarcest(node.clients, from, to)
    const { start, client, cost } = this.#columns
    const { column, time } = this.#left
    const options: { chosen: number; leastTime: number; least: number }[] = []
    for (let i = from; i < to; i++) {
      if (!client.subarray(start[column[i]], start[column[i] + 1]).includes(branching)) continue
      const leastTime = Math.max(time[i], node.leastTime)
      if (leastTime > node.mostTime) continue
      const least = this.#relaxation.reducedCost(column[i]) + this.#latency * leastTime
      options.push({ chosen: column[i], leastTime, least })
    }
    options.sort((a, b) => a.least - b.least || a.chosen - b.chosen)
    const prices = this.#relaxation.prices.slice()
    for (const { chosen, leastTime } of options) {
      const before = this.#loads.choose(chosen)
      this.#path.push(chosen)
      this.#relaxation.prices.set(prices)
      const members = client.subarray(start[chosen], start[chosen + 1])
      const clients = node.clients.filter((other) => !members.includes(other))
      const child = { ...node, clients, cost: node.cost + cost[chosen], leastTime }
      this.#explore(child, to, this.#listBeside(chosen, node.range, from, to), STEPS)
      this.#path.pop()
      this.#loads.restore(before)
    }
  }

  /** The client that is in fewest of the columns that are left. */
  #scarcest(clients: readonly number[], from: number, to: number): number {
    const { start, client } = this.#columns
    const { column } = this.#left
    const count = this.#columnsOfClient.fill(0)
    for (let i = from; i < to; i++)
      for (let j = start[column[i]]; j < start[column[i] + 1]; j++) count[client[j]]++
    return clients.reduce((scarcest, other) => (count[other] < count[scarcest] ? other : scarcest))
  }

  /** Lists behind `to` the columns that can be chosen beside one just chosen; returns where that list ends. */
  #listBeside(chosen: number, range: LoadRange, from: number, to: number): number {
    const { channel, start, client } = this.#columns
    const covered = this.#covered.fill(0)
    for (let j = start[chosen]; j < start[chosen + 1]; j++) covered[client[j]] = 1
    this.#left.reserve(to, to - from)
    const { column } = this.#left
    let end = to
    for (let i = from; i < to; i++) {
      const other = column[i]
      if (channel[other] === channel[chosen]) continue
      let free = true
      for (let j = start[other]; j < start[other + 1]; j++) if (covered[client[j]]) free = false
      if (free) end = this.#addIfHeld(end, other, range)
    }
    return end
  }

  /** Lists a column at a place if servers can hold it and it takes no longer; returns the next place to list one at. */
  #addIfHeld(place: number, column: number, range: LoadRange, mostTime = Number.POSITIVE_INFINITY): number {
    const time = this.#loads.timeWith(column, range)
    return time < Number.POSITIVE_INFINITY && time <= mostTime ? this.#left.add(place, column, time) : place
  }

  #giveUp(bound: number): void {
    if (bound < this.#bound) this.#bound = bound
  }
}
