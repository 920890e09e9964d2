import {
  type Assignment,
  definePlugin,
  type Evaluator,
  type SchedulerView,
  SITS_OUT,
  Type,
} from '../../core/plugin/index.js'
import { activeClients, hardestFirst } from './shared/order.js'

/** The option `utility`, shared with `hardest-first`. */
export const utilitySchema = Type.Union([Type.Literal('system-cost'), Type.Literal('sum-rate')], {
  default: 'system-cost',
  description: 'what a client and slot are chosen by: the least system cost, or the largest sum of rates',
})

export default definePlugin({
  kind: 'scheduler',
  name: 'greedy',
  summary:
    'starts empty and adds the client and slot of the best utility, one at a time (Nguyen et al., 2020, [37])',
  tier: 'twin',
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      order: Type.Union([Type.Literal('all-pairs'), Type.Literal('hardest-first')], {
        default: 'all-pairs',
        description:
          'all-pairs: the best of all unserved clients and free slots; hardest-first: clients by increasing best mean gain, each its best slot',
      }),
      utility: utilitySchema,
    },
    { additionalProperties: false },
  ),
  create: ({ order, utility }) => ({ decide: (view) => greedyAssignment(view, order, utility) }),
})

/** Serves one client after another, each time by the choice of most utility; nobody is moved again. */
export function greedyAssignment(
  view: SchedulerView,
  order: 'all-pairs' | 'hardest-first',
  utility: 'system-cost' | 'sum-rate',
): Assignment {
  const evaluator = view.evaluator()
  const clients = order === 'hardest-first' ? hardestFirst(view) : activeClients(view)
  if (utility === 'sum-rate') placeBySumRate(evaluator, clients, order)
  else if (order === 'hardest-first') evaluator.placeInTurn(clients)
  else evaluator.placeGreedily(clients)
  return evaluator.assignment()
}

function placeBySumRate(
  evaluator: Evaluator,
  clients: readonly number[],
  order: 'all-pairs' | 'hardest-first',
): void {
  if (order === 'hardest-first') {
    for (const client of clients) placeBest(evaluator, [client])
    return
  }
  const unserved = [...clients]
  while (unserved.length > 0) {
    const client = placeBest(evaluator, unserved)
    if (client === undefined) break
    unserved.splice(unserved.indexOf(client), 1)
  }
}

/** Places the client and free slot of the largest sum of rates; returns the client, or undefined where no slot is free. */
function placeBest(evaluator: Evaluator, clients: readonly number[]): number | undefined {
  let bestChange = Number.NEGATIVE_INFINITY
  let bestClient: number | undefined
  let bestSlot = SITS_OUT
  for (const client of clients) {
    let slot = evaluator.nextMove(client, -1, Number.POSITIVE_INFINITY)
    for (; slot !== SITS_OUT; slot = evaluator.nextMove(client, slot, Number.POSITIVE_INFINITY)) {
      const change = evaluator.candidateSumRateChange
      // The first is kept whatever it gives: a client with a dead channel is served all the same.
      if (bestClient !== undefined && change <= bestChange) continue
      bestChange = change
      bestClient = client
      bestSlot = slot
    }
  }
  if (bestClient !== undefined) evaluator.place(bestClient, bestSlot)
  return bestClient
}
