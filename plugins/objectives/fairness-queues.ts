import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { perClientOption, perClientValues } from './shared/per-client.js'
import { penaltyWeightOption, Queues } from './shared/queues.js'

export default definePlugin({
  kind: 'objective',
  name: 'fairness-queues',
  summary:
    'a least share of rounds for everyone: leaving a client out costs its virtual queue of rounds that it is behind, over V (drift plus penalty, Neely, 2010)',
  options: Type.Object(
    {
      share: perClientOption(
        'share of the rounds it is there for that each client is to complete, in the long run',
        {
          default: 0.1,
          maximum: 1,
        },
      ),
      penaltyWeight: penaltyWeightOption,
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network },
  create({ share, penaltyWeight }, { network: { clients } }) {
    const due = perClientValues('fairness-queues: options.share', share, clients)
    const queues = new Queues(clients)
    return {
      terms: () => ({ unserved: queues.length.map((rounds) => rounds / penaltyWeight) }),
      settle({ active, completed }) {
        for (let client = 0; client < clients; client++)
          queues.step(client, active[client] * due[client], completed[client])
      },
      queues: () => queues.length,
      save: () => queues.save(),
      restore: (state) => queues.restore(state),
    }
  },
})
