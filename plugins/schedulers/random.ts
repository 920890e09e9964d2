import { definePlugin, SITS_OUT, Type, tokens } from '../../core/plugin/index.js'
import { activeClients } from './order.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'random',
  summary: 'a uniformly random feasible assignment: each client a slot of its own',
  tier: 'counts',
  options: Type.Object({}, { additionalProperties: false }),
  needs: { random: tokens.random },
  create: (_options, { random }) => ({
    decide(view) {
      const { clients, servers, channels } = view.parameters
      const slots = Int32Array.from({ length: servers * channels }, (_, slot) => slot)
      random.stream('slots', view.round).shuffle(slots)
      const assignment = new Int32Array(clients).fill(SITS_OUT)
      for (const [i, client] of activeClients(view).entries()) assignment[client] = slots[i] ?? SITS_OUT
      return assignment
    },
  }),
})
