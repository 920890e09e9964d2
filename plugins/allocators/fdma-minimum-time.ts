import { definePlugin, Type } from '../../core/plugin/index.js'
import { finishTogether } from './shared/finish-together.js'
import { needsAccess, needsShannon, needsSingleSlots } from './shared/open.js'

export default definePlugin({
  kind: 'allocator',
  name: 'fdma-minimum-time',
  summary:
    'shares of each slot’s band with which its last client ends soonest: the least band for a time by Lambert W, the time by its root (Yang et al., 2021; Shi et al., 2021)',
  decides: ['share'],
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    allocate({ network }, decision) {
      needsAccess(network, 'fdma')
      needsSingleSlots(decision)
      needsShannon(network)
      return finishTogether(network, decision)
    },
  }),
})
