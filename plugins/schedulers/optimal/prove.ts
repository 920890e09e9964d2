import { type Decision, Evaluator, type RoundNetwork, SITS_OUT, slotOf } from '../../../core/plugin/index.js'
import { Choice, type Mode } from '../shared/modes.js'
import { BranchAndBound } from './branch-and-bound.js'
import { type Columns, enumerateColumns } from './columns.js'
import type { SearchLimits } from './relaxation.js'
import { TrialRound } from './trial-round.js'

/** The best decision found, and what no decision can cost less than. */
export interface Proof {
  readonly decision: Decision
  readonly cost: number
  /** λT + μΣE; the cost itself once that is proved to be the least. */
  readonly bound: number
}

/** Bounds nearer to the cost than this are rounding: then the cost is proved. */
const ROUNDING = 1e-8

/**
 * Proves a decision that serves these clients to be the best, or finds and proves a better one.
 *
 * A column is a channel with clients at distinct servers, each in one of its modes; what clients on other channels do to it is only to lengthen
 * edge computing at its servers. So the best decision is a choice of columns, at most one a channel, that hold each
 * client once, at the least λT + μΣE: a set-partitioning problem. The incumbent's cost leaves a few hundred columns of
 * some hundred thousands, and branch and bound does the rest. Clients that hold a slot (`held`, `SITS_OUT` for none, length N) are among
 * `clients` and keep it.
 */
export function prove(
  network: RoundNetwork,
  clients: readonly number[],
  modes: readonly (readonly Mode[])[],
  incumbent: Decision,
  gap: number,
  limits: SearchLimits,
  held: Int32Array = new Int32Array(network.clients).fill(SITS_OUT),
): Proof {
  const cost = costOf(network, incumbent)
  // Costs of one assignment differ by rounding, depending on who adds up: the incumbent's columns must pass.
  const cutoff = cost * (1 - gap)
  const { weights } = network
  const round = new TrialRound(network, modes)
  const alone = leastAlone(network, clients, modes, round, held)
  const simplest = clients.reduce((sum, n) => sum + alone.cost[n], weights.latency * alone.time)
  const columns = enumerateColumns(
    network,
    clients,
    modes,
    round,
    { cutoff, leastCost: alone.cost, leastTime: alone.time },
    limits.expired,
    held,
  )
  if (!columns) return { decision: incumbent, cost, bound: Math.min(simplest, cost) }
  const search = new BranchAndBound(network, columns, clients, cost, gap, limits)
  const { chosen, bound } = search.run(alone.time, alone.cost, simplest)
  const decision = chosen ? decisionOf(network, columns, chosen, modes) : incumbent
  const found = costOf(network, decision)
  return { decision, cost: found, bound: bound >= found * (1 - ROUNDING) ? found : bound }
}

/** A decision's cost; Infinity where it has none. */
function costOf(network: RoundNetwork, decision: Decision): number {
  const { cost } = new Evaluator(network, decision)
  return Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost
}

/** The least cost of each client's energy, and the least time of the client that takes longest, each as if alone in the network. */
function leastAlone(
  network: RoundNetwork,
  clients: readonly number[],
  modes: readonly (readonly Mode[])[],
  round: TrialRound,
  held: Int32Array,
) {
  const cost = new Float64Array(network.clients)
  let longest = 0
  for (const client of clients) {
    cost[client] = Number.POSITIVE_INFINITY
    let shortest = Number.POSITIVE_INFINITY
    for (let slot = 0; slot < network.servers * network.channels; slot++) {
      if (held[client] !== SITS_OUT && held[client] !== slot) continue
      for (const mode of modes[client]) {
        round.tryPlacing(client, slot, mode)
        cost[client] = Math.min(cost[client], round.cost)
        shortest = Math.min(shortest, round.time)
      }
    }
    longest = Math.max(longest, shortest)
  }
  return { cost, time: longest }
}

function decisionOf(
  network: RoundNetwork,
  { channel, start, client, server, mode }: Columns,
  chosen: readonly number[],
  modes: readonly (readonly Mode[])[],
): Decision {
  const assignment = new Int32Array(network.clients).fill(SITS_OUT)
  const choice = new Choice(network)
  for (const column of chosen)
    for (let i = start[column]; i < start[column + 1]; i++) {
      assignment[client[i]] = slotOf(server[i], channel[column], network.channels)
      choice.set(client[i], modes[client[i]][mode[i]])
    }
  return choice.with(assignment)
}
