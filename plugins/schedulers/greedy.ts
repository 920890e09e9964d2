import {
  type Assignment,
  definePlugin,
  type Evaluator,
  type SchedulerView,
  SITS_OUT,
  Type,
} from '../../core/plugin/index.js'
import { activeClients, hardestFirst } from './order.js'

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

export function greedyAssignment(
  view: SchedulerView,
  order: 'all-pairs' | 'hardest-first',
  utility: 'system-cost' | 'sum-rate',
): Assignment {
  const evaluator = view.evaluator()
  const loss = utility === 'system-cost' ? systemCost : lostRate
  if (order === 'hardest-first') for (const client of hardestFirst(view)) placeBest(evaluator, [client], loss)
  else {
    const unserved = activeClients(view)
    while (unserved.length > 0) {
      const client = placeBest(evaluator, unserved, loss)
      if (client === undefined) break
      unserved.splice(unserved.indexOf(client), 1)
    }
  }
  return evaluator.assignment()
}

/** Of the evaluator's latest candidate. */
type Loss = (evaluator: Evaluator) => number

const systemCost: Loss = (evaluator) => evaluator.candidateCost

const lostRate: Loss = (evaluator) => -evaluator.candidateSumRateChange

/** Places the client and free slot of the least loss; returns the client, or undefined where no slot is free. */
function placeBest(evaluator: Evaluator, clients: number[], loss: Loss): number | undefined {
  let bestLoss = Number.POSITIVE_INFINITY
  let bestClient: number | undefined
  let bestSlot = SITS_OUT
  let limit = Number.POSITIVE_INFINITY
  for (const client of clients) {
    let slot = evaluator.nextMove(client, -1, limit)
    for (; slot !== SITS_OUT; slot = evaluator.nextMove(client, slot, limit)) {
      const value = loss(evaluator)
      // The first is kept whatever it costs: a client with a dead channel is served all the same.
      if (bestClient !== undefined && value >= bestLoss) continue
      bestLoss = value
      // A limit is a cost: lost rates have none.
      if (loss === systemCost) limit = value
      bestClient = client
      bestSlot = slot
    }
  }
  if (bestClient !== undefined) evaluator.place(bestClient, bestSlot)
  return bestClient
}
