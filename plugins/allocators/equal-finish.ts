import { definePlugin, Type } from '../../core/plugin/index.js'
import { finishTogether } from './shared/finish-together.js'
import { needsAccess, needsShannon, needsSingleSlots } from './shared/open.js'

export default definePlugin({
  kind: 'allocator',
  name: 'equal-finish',
  summary:
    'shares of each slot with which all of its clients end together: of the time at their spectral efficiencies (Xu et al., 2023; Ren et al., 2020), or of the band',
  decides: ['share'],
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    allocate({ network }, decision) {
      needsAccess(network, 'tdma', 'fdma')
      needsSingleSlots(decision)
      needsShannon(network)
      return finishTogether(network, decision)
    },
  }),
})
