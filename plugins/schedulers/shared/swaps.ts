import { type Evaluator, SITS_OUT } from '../../../core/plugin/index.js'

/** Below this relative gain a change is rounding, and accepting it could go on for ever. */
const LEAST_GAIN = 1e-12

/** A selfish exchange may raise the system cost. */
const ANY_COST = Number.POSITIVE_INFINITY

/** Who has to gain from a change: everyone together, or each of those who take part in it. */
export type Acceptance = 'system' | 'selfish'

/** Which changes are looked at. */
interface Exchanges {
  readonly acceptance: Acceptance
  readonly emptySlots: boolean
  readonly sweeps: number
  /** 1 for each client and server near it, N×M; absent: all. Not for selfish ones. */
  readonly near?: Uint8Array | undefined
}

/**
 * Applies changes that are accepted until none is: two-sided exchange stability.
 *
 * Sweeps over the clients; each may move to an empty slot (where `emptySlots`) or exchange slots with another, and
 * the first change accepted is carried out at once. Returns how many were.
 */
export function swapUntilStable(
  evaluator: Evaluator,
  clients: readonly number[],
  { acceptance, emptySlots, sweeps, near }: Exchanges,
): number {
  if (acceptance === 'system') return evaluator.exchangeUntilStable(clients, emptySlots, sweeps, near)
  let changes = 0
  // Clients in a row for whom nothing was found: once that is all of them, every candidate has been refused as things
  // stand, in whatever sweep.
  let content = 0
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let i = 0; i < clients.length; i++) {
      const client = clients[i]
      const before = changes
      let slot = emptySlots ? evaluator.nextMove(client, -1, ANY_COST) : SITS_OUT
      for (; slot !== SITS_OUT; slot = evaluator.nextMove(client, slot, ANY_COST)) {
        if (!bothGain(evaluator, client, client)) continue
        evaluator.move(client, slot)
        changes++
      }
      let other = evaluator.nextSwap(client, client, ANY_COST)
      for (; other !== SITS_OUT; other = evaluator.nextSwap(client, other, ANY_COST)) {
        if (!bothGain(evaluator, client, other)) continue
        evaluator.swap(client, other)
        changes++
      }
      content = changes === before ? content + 1 : 0
      if (content === clients.length) return changes
    }
  }
  return changes
}

/** In the evaluator's latest candidate neither of the two loses, and one gains. */
function bothGain(evaluator: Evaluator, first: number, second: number): boolean {
  const firstGain = 1 - evaluator.candidateClientCost(first) / evaluator.clientCost(first)
  const secondGain = 1 - evaluator.candidateClientCost(second) / evaluator.clientCost(second)
  return Math.min(firstGain, secondGain) >= 0 && Math.max(firstGain, secondGain) > LEAST_GAIN
}
