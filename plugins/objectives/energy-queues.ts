import { budgetEnergyOf, definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { perClientOption, perClientValues } from './shared/per-client.js'
import { penaltyWeightOption, Queues } from './shared/queues.js'

export default definePlugin({
  kind: 'objective',
  name: 'energy-queues',
  summary:
    'energy that is bounded on average: a joule costs a client its virtual queue of what it spent above its budget, over V (drift plus penalty, Neely, 2010; OCEAN, Xu & Wang, 2021)',
  options: Type.Object(
    {
      joulesPerRound: perClientOption('energy that each client may spend a round in the long run, J', {
        default: 1,
        unit: 'J',
      }),
      penaltyWeight: penaltyWeightOption,
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network },
  create({ joulesPerRound, penaltyWeight }, { network: { clients } }) {
    const budget = perClientValues('energy-queues: options.joulesPerRound', joulesPerRound, clients)
    const queues = new Queues(clients)
    return {
      terms: () => ({ clientEnergy: queues.length.map((joules) => joules / penaltyWeight) }),
      settle({ cost }) {
        for (const [client, joules] of budgetEnergyOf(cost).entries())
          queues.step(client, Number.isNaN(joules) ? 0 : joules, budget[client])
      },
      queues: () => queues.length,
      save: () => queues.save(),
      restore: (state) => queues.restore(state),
    }
  },
})
