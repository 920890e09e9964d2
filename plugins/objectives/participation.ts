import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { perClientOption, perClientValues } from './shared/per-client.js'

export default definePlugin({
  kind: 'objective',
  name: 'participation',
  summary:
    'prices of clients that are not served or do not complete, by client, as objective.unserved and objective.unservedSample have them for all alike',
  options: Type.Object(
    {
      unserved: perClientOption(
        'price of each client that is not served in a round, or does not come to its end',
        {
          default: 0,
        },
      ),
      sample: perClientOption(
        'price of each sample that nobody trains on: of who is left out, or that a decision leaves out',
        {
          default: 0,
        },
      ),
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network },
  create({ unserved, sample }, { network: { clients } }) {
    const terms = {
      unserved: perClientValues('participation: options.unserved', unserved, clients),
      sample: perClientValues('participation: options.sample', sample, clients),
    }
    return { terms: () => terms }
  },
})
