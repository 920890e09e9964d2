import { type Evaluator, SITS_OUT } from '../../core/plugin/index.js'

/** Below this relative gain a change is rounding, and accepting it could go on for ever. */
const LEAST_GAIN = 1e-12

/** Who has to gain from a change: everyone together, or each of those who take part in it. */
export type Acceptance = 'system' | 'selfish'

/**
 * Applies changes that lower the cost until none does: two-sided exchange stability.
 *
 * Sweeps over the clients; each may move to an empty slot (where `emptySlots`) or exchange slots with another, and
 * the first change accepted is carried out at once. Returns how many were.
 */
export function swapUntilStable(
  evaluator: Evaluator,
  clients: readonly number[],
  { acceptance, emptySlots, sweeps }: { acceptance: Acceptance; emptySlots: boolean; sweeps: number },
): number {
  const rule = acceptance === 'system' ? systemGains : bothGain
  let changes = 0
  // Clients in a row for whom nothing was found: once that is all of them, every candidate has been refused as things
  // stand, in whatever sweep.
  let content = 0
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let i = 0; i < clients.length; i++) {
      const client = clients[i]
      const before = changes
      let limit = rule.limit(evaluator)
      let slot = emptySlots ? evaluator.nextMove(client, -1, limit) : SITS_OUT
      for (; slot !== SITS_OUT; slot = evaluator.nextMove(client, slot, limit)) {
        if (!rule.accepts(evaluator, limit, client, client)) continue
        evaluator.move(client, slot)
        limit = rule.limit(evaluator)
        changes++
      }
      let other = evaluator.nextSwap(client, client, limit)
      for (; other !== SITS_OUT; other = evaluator.nextSwap(client, other, limit)) {
        if (!rule.accepts(evaluator, limit, client, other)) continue
        evaluator.swap(client, other)
        limit = rule.limit(evaluator)
        changes++
      }
      content = changes === before ? content + 1 : 0
      if (content === clients.length) return changes
    }
  }
  return changes
}

interface AcceptanceRule {
  /** Costs that cannot be accepted, whatever else. */
  limit(evaluator: Evaluator): number
  /** Of the evaluator's latest candidate. */
  accepts(evaluator: Evaluator, limit: number, first: number, second: number): boolean
}

const systemGains: AcceptanceRule = {
  limit: (evaluator) => evaluator.cost * (1 - LEAST_GAIN),
  accepts: (evaluator, limit) => evaluator.candidateCost < limit,
}

/** Neither of the two loses, and one gains. */
const bothGain: AcceptanceRule = {
  limit: () => Number.POSITIVE_INFINITY,
  accepts(evaluator, _limit, first, second) {
    const firstGain = 1 - evaluator.candidateClientCost(first) / evaluator.clientCost(first)
    const secondGain = 1 - evaluator.candidateClientCost(second) / evaluator.clientCost(second)
    return Math.min(firstGain, secondGain) >= 0 && Math.max(firstGain, secondGain) > LEAST_GAIN
  },
}
