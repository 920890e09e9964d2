import { definePlugin, spectralEfficiency, Type, tokens } from '../../core/plugin/index.js'
import { activeClients } from './shared/order.js'
import { highest, placedByGain, selectable, selectionCount } from './shared/selected.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'proportional-fair',
  summary:
    'the clients whose uplink could be fastest now beside what they have had on average (Kelly, 1997; Yang et al., 2020), each at its strongest server',
  tier: 'local',
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      count: selectionCount,
      memory: Type.Number({
        default: 0.9,
        minimum: 0,
        exclusiveMaximum: 1,
        description: 'how much of the average rate is kept from round to round',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network },
  create({ count, memory }, { network }) {
    const average = new Float64Array(network.clients)
    return {
      decide(view) {
        const { clients, servers, channels, clientPowerW, noiseW, rate } = view.parameters
        const best = new Float64Array(clients)
        for (let k = 0; k < channels; k++)
          for (let n = 0; n < clients; n++)
            for (let m = 0; m < servers; m++)
              best[n] = Math.max(best[n], view.uplinkGain[(k * clients + n) * servers + m])
        // Whoever has had nothing yet comes first, the best of them before the others.
        const score = (n: number) =>
          spectralEfficiency(rate, (clientPowerW[n] * best[n]) / noiseW) / Math.max(average[n], 1e-9)
        return placedByGain(view, highest(activeClients(view), score, selectable(view, count)))
      },
      observe({ cost }) {
        for (let n = 0; n < average.length; n++) {
          const rate = cost.uplinkRate[n] / network.bandwidthHz
          average[n] = memory * average[n] + (1 - memory) * (Number.isFinite(rate) ? rate : 0)
        }
      },
      save: () => ({ arrays: { average: average.slice() }, values: {} }),
      restore({ arrays }) {
        average.set(arrays.average)
      },
    }
  },
})
