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
  const slots = evaluator.network.servers * evaluator.network.channels
  const accepts = acceptance === 'system' ? systemGains : bothGain
  let changes = 0
  let changed = true
  for (let sweep = 0; changed && sweep < sweeps; sweep++) {
    changed = false
    for (const [i, client] of clients.entries()) {
      if (emptySlots)
        for (let slot = 0; slot < slots; slot++) {
          if (!evaluator.isFree(slot)) continue
          const cost = evaluator.costOfMoving(client, slot)
          if (!accepts(evaluator, cost, client, client)) continue
          evaluator.move(client, slot)
          changed = true
          changes++
        }
      for (let j = i + 1; j < clients.length; j++) {
        const other = clients[j]
        if (evaluator.slot(client) === evaluator.slot(other)) continue
        if (evaluator.slot(client) === SITS_OUT || evaluator.slot(other) === SITS_OUT) continue
        const cost = evaluator.costOfSwapping(client, other)
        if (!accepts(evaluator, cost, client, other)) continue
        evaluator.swap(client, other)
        changed = true
        changes++
      }
    }
  }
  return changes
}

const systemGains = (evaluator: Evaluator, cost: number): boolean => cost < evaluator.cost * (1 - LEAST_GAIN)

/** Neither of the two loses, and one gains. */
function bothGain(evaluator: Evaluator, _cost: number, first: number, second: number): boolean {
  const firstGain = 1 - evaluator.candidateClientCost(first) / evaluator.clientCost(first)
  const secondGain = 1 - evaluator.candidateClientCost(second) / evaluator.clientCost(second)
  return Math.min(firstGain, secondGain) >= 0 && Math.max(firstGain, secondGain) > LEAST_GAIN
}
