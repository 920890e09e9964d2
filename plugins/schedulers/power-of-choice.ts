import { definePlugin, Type, tokens } from '../../core/plugin/index.js'
import { activeClients } from './shared/order.js'
import { highest, placedByGain, selectable, selectionCount } from './shared/selected.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'power-of-choice',
  summary:
    'of some candidates drawn by their samples, those with the highest loss when they trained last (Cho, Wang & Joshi, 2022), each at its strongest server',
  tier: 'large-scale',
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      count: selectionCount,
      candidates: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
        default: null,
        description: 'd, candidates drawn; null: twice as many as are selected',
        'x-expected': 'a whole number from 1, or null',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { random: tokens.random, network: tokens.network },
  create({ count, candidates }, { random, network }) {
    // Who has not trained yet counts as worst.
    const loss = new Float64Array(network.clients).fill(Number.POSITIVE_INFINITY)
    return {
      decide(view) {
        const selected = selectable(view, count)
        const stream = random.stream('candidates', view.round)
        // By weights without replacement: the smallest of exponentials with rates D_n (Efraimidis & Spirakis, 2006).
        const arrival = new Map<number, number>()
        for (const client of activeClients(view))
          arrival.set(client, stream.exponential() / Math.max(view.parameters.clientSamples[client], 1e-300))
        const drawn = highest(
          [...arrival.keys()],
          (client) => -(arrival.get(client) ?? 0),
          Math.max(selected, candidates ?? 2 * selected),
        )
        // Among those never heard of, as they were drawn.
        const order = new Map(drawn.map((client, place) => [client, place]))
        drawn.sort(
          (a, b) =>
            (loss[b] === loss[a] ? 0 : loss[b] - loss[a]) || (order.get(a) ?? 0) - (order.get(b) ?? 0),
        )
        return placedByGain(view, drawn.slice(0, selected))
      },
      observe({ losses }) {
        if (losses) for (const [n, value] of losses.entries()) if (!Number.isNaN(value)) loss[n] = value
      },
      save: () => ({ arrays: { loss: loss.slice() }, values: {} }),
      restore({ arrays }) {
        loss.set(arrays.loss)
      },
    }
  },
})
