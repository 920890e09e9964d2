import { definePlugin, Type } from '../../core/plugin/index.js'
import { needsAccess, needsSingleSlots } from './shared/open.js'
import { equalShares } from './shared/slots.js'

export default definePlugin({
  kind: 'allocator',
  name: 'even-shares',
  summary: 'each slot in equal shares among its clients: what better shares are compared with',
  decides: ['share'],
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    allocate({ network }, decision) {
      needsAccess(network, 'fdma', 'tdma')
      needsSingleSlots(decision)
      return equalShares(network, decision)
    },
  }),
})
