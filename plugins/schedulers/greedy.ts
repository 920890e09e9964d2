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
  if (order === 'hardest-first')
    for (const client of hardestFirst(view)) placeBest(evaluator, [client], view, loss)
  else {
    const unserved = activeClients(view)
    while (unserved.length > 0) {
      const client = placeBest(evaluator, unserved, view, loss)
      if (client === undefined) break
      unserved.splice(unserved.indexOf(client), 1)
    }
  }
  return evaluator.assignment()
}

type Loss = (evaluator: Evaluator, client: number, slot: number) => number

const systemCost: Loss = (evaluator, client, slot) => evaluator.costOfPlacing(client, slot)

const lostRate: Loss = (evaluator, client, slot) => {
  evaluator.costOfPlacing(client, slot)
  return -evaluator.candidateSumRateChange
}

/** Places the client and free slot of the least loss; returns the client, or undefined where no slot is free. */
function placeBest(
  evaluator: Evaluator,
  clients: number[],
  view: SchedulerView,
  loss: Loss,
): number | undefined {
  const slots = view.parameters.servers * view.parameters.channels
  let bestLoss = Number.POSITIVE_INFINITY
  let bestClient: number | undefined
  let bestSlot = SITS_OUT
  for (const client of clients)
    for (let slot = 0; slot < slots; slot++) {
      if (!evaluator.isFree(slot)) continue
      const value = loss(evaluator, client, slot)
      // The first is kept whatever it costs: a client with a dead channel is served all the same.
      if (bestClient !== undefined && value >= bestLoss) continue
      bestLoss = value
      bestClient = client
      bestSlot = slot
    }
  if (bestClient !== undefined) evaluator.place(bestClient, bestSlot)
  return bestClient
}
