import { definePlugin, SITS_OUT, slotOf, Type } from '../../core/plugin/index.js'
import { activeClients } from './shared/order.js'
import { placedByGain } from './shared/selected.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'strongest-server',
  summary:
    'each client at the server with the best mean gain; where slots are shared (network.access), its clients spread evenly over its channels, for an allocator to divide',
  tier: 'large-scale',
  decidesAt: ['round', 'ask'],
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    decide(view) {
      const { parameters, meanGain } = view
      const { clients, servers, channels, access = 'channels' } = parameters
      const there = activeClients(view)
      if (access === 'channels') return placedByGain(view, there)
      const assignment = new Int32Array(clients).fill(SITS_OUT)
      const held = new Int32Array(servers)
      for (const client of there) {
        let best = 0
        for (let server = 1; server < servers; server++)
          if (meanGain[client * servers + server] > meanGain[client * servers + best]) best = server
        assignment[client] = slotOf(best, held[best]++ % channels, channels)
      }
      return assignment
    },
  }),
})
