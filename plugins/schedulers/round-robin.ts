import { definePlugin, Type } from '../../core/plugin/index.js'
import { activeClients } from './shared/order.js'
import { placedByGain, selectable, selectionCount } from './shared/selected.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'round-robin',
  summary:
    'the next so many clients in turn, each at its strongest server with a free channel (as in Yang et al., 2020)',
  tier: 'large-scale',
  decidesAt: ['round', 'ask'],
  options: Type.Object({ count: selectionCount }, { additionalProperties: false }),
  create({ count }) {
    /** The client whose turn is next. */
    let next = 0
    return {
      decide(view) {
        const there = activeClients(view)
        const from = there.findIndex((client) => client >= next)
        const start = Math.max(0, from)
        const selected = [...there.slice(start), ...there.slice(0, start)].slice(0, selectable(view, count))
        if (selected.length > 0) next = selected[selected.length - 1] + 1
        return placedByGain(view, selected)
      },
      save: () => ({ arrays: {}, values: { next } }),
      restore({ values }) {
        next = values.next as number
      },
    }
  },
})
