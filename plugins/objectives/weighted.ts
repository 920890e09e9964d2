import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { perClientOption, perClientValues } from './shared/per-client.js'

export default definePlugin({
  kind: 'objective',
  name: 'weighted',
  summary:
    'λT + Σ w_n E_n: weights of time and of each client’s energy, beside objective.latency and objective.energy, which are the paper’s eq. (19a)',
  options: Type.Object(
    {
      latency: Type.Number({ default: 0, minimum: 0, description: 'weight of the time of a round, per s' }),
      clientEnergy: perClientOption('weight of each client’s energy, per J', { default: 0, unit: 'per J' }),
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network },
  create({ latency, clientEnergy }, { network: { clients } }) {
    const terms = {
      latency,
      clientEnergy: perClientValues('weighted: options.clientEnergy', clientEnergy, clients),
    }
    return { terms: () => terms }
  },
})
