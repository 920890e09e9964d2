import { SITS_OUT } from '../network/assignment.js'
import type { Decision, Grants } from '../network/decision.js'
import { type RoundCost, systemCost } from '../network/round-cost.js'
import type { CostWeights } from '../network/round-network.js'
import type { Traffic } from '../twin/traffic.js'

/** What a round costs with what clients spent on reports, their time aside. */
export function withTraffic(
  cost: RoundCost,
  { joules }: Pick<Traffic, 'joules'>,
  weights: CostWeights,
): RoundCost {
  const spent = joules.reduce((sum, each) => sum + each, 0)
  if (spent === 0) return cost
  return { ...cost, energy: cost.energy + spent, cost: cost.cost + systemCost(weights, 0, spent) }
}

/** What a round takes from energy budgets with that, J: of clients that sit out, what they reported; NaN where they said nothing. */
export function withReports(clientEnergy: Float64Array, { joules }: Traffic): Float64Array {
  return clientEnergy.map((energy, client) => {
    if (joules[client] === 0) return energy
    return Number.isNaN(energy) ? joules[client] : energy + joules[client]
  })
}

/** A decision without the clients that are not there: their slots stay empty. Those who were missed, and what is left. */
export function answered(
  decision: Decision,
  active: Uint8Array,
): { readonly decision: Decision; readonly missed: readonly number[] } {
  const { assignment, grants } = decision
  const missed = [...assignment.keys()].filter((n) => assignment[n] !== SITS_OUT && !active[n])
  if (missed.length === 0) return { decision, missed }
  const left = assignment.map((slot, client) => (active[client] ? slot : SITS_OUT))
  return {
    decision: { ...decision, assignment: left, ...(grants && { grants: granted(grants, active) }) },
    missed,
  }
}

/** The grants of those who are there. */
function granted({ first, slot, share, powerW }: Grants, active: Uint8Array): Grants {
  const kept: number[] = []
  const starts = new Int32Array(first.length)
  for (let client = 0; client + 1 < first.length; client++) {
    if (active[client]) for (let i = first[client]; i < first[client + 1]; i++) kept.push(i)
    starts[client + 1] = kept.length
  }
  return {
    first: starts,
    slot: Int32Array.from(kept, (i) => slot[i]),
    ...(share && { share: Float64Array.from(kept, (i) => share[i]) }),
    ...(powerW && { powerW: Float64Array.from(kept, (i) => powerW[i]) }),
  }
}
