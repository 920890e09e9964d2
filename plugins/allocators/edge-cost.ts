import { definePlugin, headTimeOf, minimumEdgeCost, Type } from '../../core/plugin/index.js'
import {
  atLeastClock,
  decided,
  filledIn,
  needsAccess,
  needsRange,
  needsShannon,
  needsSingleSlots,
} from './shared/open.js'
import { equalShares, sharedSlots, slotLinks } from './shared/slots.js'

export default definePlugin({
  kind: 'allocator',
  name: 'edge-cost',
  summary:
    'shares of a slot’s time, and clocks, of the least λT + μE at one edge server, where sending takes circuits their power (HFEL’s edge problem, Luo et al., 2020); each slot by itself, as if its server computed in no time',
  decides: ['share', 'clock'],
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    allocate({ network }, decision) {
      needsAccess(network, 'tdma')
      needsSingleSlots(decision)
      needsShannon(network)
      needsRange(network, 'clock')
      const { clients, weights, circuitW, clientClockHz, clientCycles, switchedCapacitance } = network
      const links = slotLinks(network, equalShares(network, decision))
      const { clockHz: _, ...atFullClock } = decision
      const [share, clockHz] = [new Map<number, number>(), new Map<number, number>()]
      for (const { clients: group, whole } of sharedSlots(decision)) {
        const found = minimumEdgeCost(
          group.map((client) => {
            const link = links[client]!
            const [uplink, downlink] = [
              seconds(link.uplinkWork, link.uplinkSinr),
              seconds(link.downlinkWork, link.downlinkSinr),
            ]
            const mostClockHz = decided(decision, 'clockHz', client) ?? clientClockHz?.[client] ?? 1
            const full = clientClockHz?.[client] ?? 1
            const cycles = headTimeOf(network, client, atFullClock) * full
            const own = cycles === 0 ? 0 : (clientCycles?.[client] ?? 0) / cycles
            return {
              cycles,
              capacitanceWeight: weights.energy * (switchedCapacitance?.[client] ?? 0) * own,
              mostClockHz,
              transferSeconds: (uplink + downlink) / whole,
              transferCost: (weights.energy * (circuitW?.[client] ?? 0) * uplink) / whole,
            }
          }),
          weights.latency,
        )
        for (const [i, client] of group.entries()) {
          share.set(client, whole * found.share[i])
          clockHz.set(client, atLeastClock(network, found.clockHz[i]))
        }
      }
      const shared = filledIn(decision, 'share', clients, (client) => share.get(client))
      return clientClockHz
        ? filledIn(shared, 'clockHz', clients, (client) => clockHz.get(client) ?? clientClockHz[client])
        : shared
    },
  }),
})

/** Over the whole slot. */
const seconds = (work: number, sinr: number): number =>
  work === 0 ? 0 : (work * Math.LN2) / Math.log1p(sinr)
