import {
  airtimeSeconds,
  commonComputingSeconds,
  definePlugin,
  headTimeOf,
  Type,
  UserError,
} from '../../core/plugin/index.js'
import {
  decided,
  filledIn,
  isOpen,
  needsAccess,
  needsRange,
  needsShannon,
  needsSingleSlots,
} from './shared/open.js'
import { equalShares, sharedSlots, slotLinks } from './shared/slots.js'

export default definePlugin({
  kind: 'allocator',
  name: 'fedl',
  summary:
    'clocks, times on the air and powers of the least E + κT, each slot’s clients computing to one time and then sending one after the other (FEDL, Dinh et al., 2021); as if uploads were all there is to send',
  decides: ['share', 'power', 'clock'],
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    allocate({ network }, decision) {
      needsAccess(network, 'tdma')
      needsSingleSlots(decision)
      needsShannon(network)
      needsRange(network, 'power', 'clock')
      if (network.weights.latency === 0)
        throw new UserError('it weighs time against energy: expected objective.latency above 0')
      const { clients, weights, clientClockHz, clientCycles, switchedCapacitance, clientPowerW } = network
      const { leastPowerW = 0, leastClockHz = 0 } = network.bounds ?? {}
      // E + κT is the cost over the weight of energy. Without one, time is all that counts.
      const latencyWeight = weights.latency / weights.energy
      const links = slotLinks(network, equalShares(network, decision))
      const [share, powerW, clockHz] = [
        new Map<number, number>(),
        new Map<number, number>(),
        new Map<number, number>(),
      ]
      const { clockHz: _, ...atFullClock } = decision
      for (const { clients: group, whole } of sharedSlots(decision)) {
        const airtime = group.map((client) => {
          const { uplinkWork: work, uplinkNoiseOverGain: noiseOverGain } = links[client]!
          const given = decided(decision, 'powerW', client)
          const mostPowerW = given ?? clientPowerW[client]
          const seconds = airtimeSeconds({
            work,
            noiseOverGain,
            latencyWeight,
            leastPowerW: given ?? leastPowerW,
            mostPowerW,
          })
          const needed = noiseOverGain * Math.expm1((work * Math.LN2) / seconds)
          powerW.set(client, given ?? Math.min(mostPowerW, Math.max(leastPowerW, work === 0 ? 0 : needed)))
          return work === 0 ? 0 : seconds
        })
        const together = airtime.reduce((sum, seconds) => sum + seconds, 0)
        for (const [i, client] of group.entries())
          share.set(
            client,
            Number.isFinite(together) && together > 0
              ? (whole * airtime[i]) / together
              : whole / group.length,
          )
        if (!clientClockHz) continue
        const processors = group
          .filter((client) => isOpen(decision, 'clockHz', client))
          .map((client) => {
            const mostClockHz = clientClockHz[client]
            // FLOPs of a head take their time at full clock, and energy that no clock changes.
            const cycles = headTimeOf(network, client, atFullClock) * mostClockHz
            const own = cycles === 0 ? 0 : (clientCycles?.[client] ?? 0) / cycles
            // FEDL's α stands for twice κ: ½ α C f².
            const capacitance = 2 * (switchedCapacitance?.[client] ?? 0) * own
            return { client, cycles, leastClockHz, mostClockHz, capacitance }
          })
        const seconds = commonComputingSeconds(processors, { capacitance: 0, latencyWeight })
        for (const { client, cycles, mostClockHz } of processors)
          clockHz.set(
            client,
            cycles === 0 ? mostClockHz : Math.min(mostClockHz, Math.max(leastClockHz, cycles / seconds)),
          )
      }
      const shared = filledIn(decision, 'share', clients, (client) => share.get(client))
      const powered = filledIn(
        shared,
        'powerW',
        clients,
        (client) => powerW.get(client) ?? clientPowerW[client],
      )
      return clientClockHz
        ? filledIn(powered, 'clockHz', clients, (client) => clockHz.get(client) ?? clientClockHz[client])
        : powered
    },
  }),
})
