import { assignmentOf, definePlugin, pluginReference, Type, tokens } from '../../core/plugin/index.js'
import { randomAssignment } from './random.js'
import { activeClients } from './shared/order.js'
import { swapUntilStable } from './shared/swaps.js'

const search = { acceptance: 'system', emptySlots: true, sweeps: 1000 } as const

export default definePlugin({
  kind: 'scheduler',
  name: 'local-search',
  summary:
    'swap matching, simulated annealing (Kirkpatrick et al., 1983) and swap matching again, from several starts; the best of them',
  tier: 'twin',
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      start: pluginReference('scheduler', 'Whose assignment is improved first.', 'hardest-first'),
      randomStarts: Type.Integer({ default: 4, minimum: 0, description: 'random starts besides `start`' }),
      annealingSteps: Type.Integer({
        default: 20_000,
        minimum: 0,
        description: 'changes proposed while annealing from each start; 0 leaves it out',
      }),
      initialTemperature: Type.Number({
        default: 0.012,
        exclusiveMinimum: 0,
        description: 'share of the cost by which the first proposals may raise it',
      }),
      finalTemperature: Type.Number({
        default: 0.005,
        exclusiveMinimum: 0,
        description: 'the same for the last proposals',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { random: tokens.random, schedulers: tokens.schedulers },
  async create(options, { random, schedulers }) {
    const first = await schedulers(options.start)
    const { annealingSteps: steps, initialTemperature, finalTemperature } = options
    const schedule = { steps, initialTemperature, finalTemperature }
    return {
      async decide(view) {
        const clients = activeClients(view)
        const evaluator = view.evaluator()
        let best = evaluator.assignment()
        let bestCost = Number.POSITIVE_INFINITY
        const annealing = random.stream('annealing', view.round)
        for (let start = 0; start <= options.randomStarts; start++) {
          evaluator.reset(
            start === 0
              ? assignmentOf(await first.decide(view))
              : randomAssignment(view, random.stream('start', view.round, start)),
          )
          swapUntilStable(evaluator, clients, search)
          if (schedule.steps > 0) {
            evaluator.anneal(clients, schedule, annealing)
            swapUntilStable(evaluator, clients, search)
          }
          if (start > 0 && evaluator.cost >= bestCost) continue
          best = evaluator.assignment()
          bestCost = evaluator.cost
        }
        return best
      },
    }
  },
})
