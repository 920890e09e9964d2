import {
  assignmentOf,
  definePlugin,
  pluginReference,
  Type,
  tokens,
  UserError,
} from '../../core/plugin/index.js'
import { nearestServers } from './shared/nearest-servers.js'
import { activeClients } from './shared/order.js'
import { swapUntilStable } from './shared/swaps.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'swap-matching',
  summary:
    'exchanges slots, two clients at a time, until no exchange lowers the system cost (Zhao et al., 2022, [36])',
  tier: 'twin',
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      start: pluginReference('scheduler', 'Whose assignment is improved.', 'random'),
      acceptance: Type.Union([Type.Literal('system'), Type.Literal('selfish')], {
        default: 'system',
        description: 'whether the system cost has to fall, or the cost of neither client involved may rise',
      }),
      emptySlots: Type.Boolean({
        default: true,
        description: 'whether a client may also move to a slot that nobody holds',
      }),
      sweeps: Type.Integer({
        default: 1000,
        minimum: 1,
        description:
          'sweeps over all clients after which a search that has not settled ends; selfish exchanges can go in circles',
      }),
      neighbours: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
        default: null,
        description:
          'servers of the largest mean gain that a client moves to, and exchanges slots about: for thousands of clients; null: all',
        'x-expected': 'a whole number from 1, or null',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { schedulers: tokens.schedulers },
  async create({ start, acceptance, emptySlots, sweeps, neighbours }, { schedulers }) {
    if (neighbours !== null && acceptance === 'selfish')
      throw new UserError('neighbours are for acceptance: system; expected neighbours: null')
    const initial = await schedulers(start)
    return {
      async decide(view) {
        const evaluator = view.evaluator()
        evaluator.reset(assignmentOf(await initial.decide(view)))
        swapUntilStable(evaluator, activeClients(view), {
          acceptance,
          emptySlots,
          sweeps,
          near: neighbours === null ? undefined : nearestServers(view, neighbours),
        })
        return evaluator.assignment()
      },
    }
  },
})
