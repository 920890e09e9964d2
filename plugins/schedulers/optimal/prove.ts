import {
  type Assignment,
  Evaluator,
  type RoundNetwork,
  SITS_OUT,
  slotOf,
} from '../../../core/plugin/index.js'
import { BranchAndBound } from './branch-and-bound.js'
import { type Columns, enumerateColumns } from './columns.js'
import type { SearchLimits } from './relaxation.js'

/** The best assignment found, and what no assignment can cost less than. */
export interface Proof {
  readonly assignment: Assignment
  readonly cost: number
  /** λT + μΣE; the cost itself once that is proved to be the least. */
  readonly bound: number
}

/** Bounds nearer to the cost than this are rounding: then the cost is proved. */
const ROUNDING = 1e-8

/**
 * Proves an assignment that serves these clients to be the best, or finds and proves a better one.
 *
 * A column is a channel with clients at distinct servers; what clients on other channels do to it is only to lengthen
 * edge computing at its servers. So the best assignment is a choice of columns, at most one a channel, that hold each
 * client once, at the least λT + μΣE: a set-partitioning problem. The incumbent's cost leaves a few hundred columns of
 * some hundred thousands, and branch and bound does the rest.
 */
export function prove(
  network: RoundNetwork,
  clients: readonly number[],
  incumbent: Assignment,
  gap: number,
  limits: SearchLimits,
): Proof {
  const evaluator = new Evaluator(network, incumbent)
  const cost = Number.isNaN(evaluator.cost) ? Number.POSITIVE_INFINITY : evaluator.cost
  // Costs of one assignment differ by rounding, depending on who adds up: the incumbent's columns must pass.
  const cutoff = cost * (1 - gap)
  const { weights } = network
  const empty = new Evaluator(network)
  const alone = leastAlone(network, clients, empty)
  const simplest = clients.reduce((sum, n) => sum + alone.cost[n], weights.latency * alone.time)
  const columns = enumerateColumns(
    network,
    clients,
    empty,
    { cutoff, leastCost: alone.cost, leastTime: alone.time },
    limits.expired,
  )
  if (!columns) return { assignment: incumbent, cost, bound: Math.min(simplest, cost) }
  const search = new BranchAndBound(network, columns, clients, cost, gap, limits)
  const { chosen, bound } = search.run(alone.time, alone.cost, simplest)
  if (chosen) evaluator.reset(assignmentOf(network, columns, chosen))
  return {
    assignment: evaluator.assignment(),
    cost: evaluator.cost,
    bound: bound >= evaluator.cost * (1 - ROUNDING) ? evaluator.cost : bound,
  }
}

/** The least μE of each client, and the least time of the client that takes longest, each as if alone in the network. */
function leastAlone(network: RoundNetwork, clients: readonly number[], evaluator: Evaluator) {
  const cost = new Float64Array(network.clients)
  let longest = 0
  for (const client of clients) {
    cost[client] = Number.POSITIVE_INFINITY
    let shortest = Number.POSITIVE_INFINITY
    for (let slot = 0; slot < network.servers * network.channels; slot++) {
      evaluator.costOfPlacing(client, slot)
      cost[client] = Math.min(cost[client], evaluator.candidateEnergyCost)
      shortest = Math.min(shortest, evaluator.candidateTime)
    }
    longest = Math.max(longest, shortest)
  }
  return { cost, time: longest }
}

function assignmentOf(
  { clients, channels }: RoundNetwork,
  { channel, start, client, server }: Columns,
  chosen: readonly number[],
): Assignment {
  const assignment = new Int32Array(clients).fill(SITS_OUT)
  for (const column of chosen)
    for (let i = start[column]; i < start[column + 1]; i++)
      assignment[client[i]] = slotOf(server[i], channel[column], channels)
  return assignment
}
