import {
  definePlugin,
  headTimeOf,
  spectralEfficiency,
  Type,
  takeUntilDeadline,
  uplinkBitsOf,
} from '../../core/plugin/index.js'
import { activeClients } from './shared/order.js'
import { placedByGain, selectable, selectionCount } from './shared/selected.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'fedcs',
  summary:
    'as many clients as one link could take one after the other by a deadline, the next always the one that adds least (FedCS, Nishio & Yonetani, 2019)',
  tier: 'large-scale',
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      deadlineSeconds: Type.Number({
        default: 180,
        exclusiveMinimum: 0,
        'x-unit': 's',
        description: 'deadline of a round, s, by estimates from mean gains, without interference',
      }),
      overheadSeconds: Type.Number({
        default: 0,
        minimum: 0,
        'x-unit': 's',
        description: 'what a round takes beside: selection, distribution and aggregation, s',
      }),
      count: selectionCount,
    },
    { additionalProperties: false },
  ),
  create: ({ deadlineSeconds, overheadSeconds, count }) => ({
    decide(view) {
      const { parameters, meanGain } = view
      const { servers, clientPowerW, noiseW, bandwidthHz } = parameters
      const there = activeClients(view)
      const uploads = there.map((client) => {
        const gains = meanGain.subarray(client * servers, (client + 1) * servers)
        const gain = gains.reduce((best, each) => Math.max(best, each), 0)
        const sinr = (clientPowerW[client] * gain) / noiseW
        const rate = bandwidthHz * spectralEfficiency(parameters.rate, sinr)
        return {
          readySeconds: headTimeOf(parameters, client),
          uploadSeconds: uplinkBitsOf(parameters, client) / rate,
        }
      })
      const most = selectable(view, count)
      const taken = takeUntilDeadline(uploads, deadlineSeconds, overheadSeconds, most)
      return placedByGain(
        view,
        taken.map((i) => there[i]),
      )
    },
  }),
})
