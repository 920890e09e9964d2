import {
  type Decision,
  definePlugin,
  type EnergyClient,
  type EnergyPlan,
  energyPlan,
  headTimeOf,
  minimumEnergyShares,
  type RoundNetwork,
  SITS_OUT,
  Type,
  UserError,
} from '../../core/plugin/index.js'
import { deadlineOption } from './shared/deadline.js'
import { finishTogether } from './shared/finish-together.js'
import {
  atLeastClock,
  atLeastPower,
  decided,
  filledIn,
  isOpen,
  needsAccess,
  needsDeadline,
  needsRange,
  needsShannon,
  needsSingleSlots,
} from './shared/open.js'
import {
  dividedOf,
  equalShares,
  type SharedSlot,
  type SlotLink,
  sharedSlots,
  slotLinks,
  untilSettled,
} from './shared/slots.js'

export default definePlugin({
  kind: 'allocator',
  name: 'fdma-minimum-energy',
  summary:
    'shares of each slot, powers and clocks with which all are done by the deadline for the least energy: energy falls at one rate with everyone’s share (Yang et al., 2021; Zeng et al., 2020)',
  decides: ['share', 'power', 'clock'],
  options: Type.Object(
    {
      deadlineSeconds: deadlineOption,
      late: Type.Union([Type.Literal('refuse'), Type.Literal('soonest')], {
        default: 'refuse',
        description:
          'what becomes of a slot that cannot make the deadline: refused, or done as soon as full power and clock allow',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ late, deadlineSeconds: usual }) => ({
    allocate({ network, deadlineSeconds }, decision) {
      needsAccess(network, 'fdma', 'tdma')
      needsSingleSlots(decision)
      needsShannon(network)
      needsRange(network, 'power', 'clock')
      const deadline = needsDeadline(decision.deadlineSeconds ?? deadlineSeconds ?? usual ?? undefined)
      const slots = sharedSlots(decision)
      return untilSettled(equalShares(network, decision), ['share', 'powerW'], (current) =>
        planned(network, decision, current, slots, deadline, late),
      )
    },
  }),
})

function planned(
  network: RoundNetwork,
  decision: Decision,
  current: Decision,
  slots: readonly SharedSlot[],
  deadline: number,
  late: 'refuse' | 'soonest',
): Decision {
  const links = slotLinks(network, current)
  const share = new Map<number, number>()
  const plans = new Map<number, EnergyPlan>()
  const refuse = (clients: readonly number[], slot: number) => {
    if (late === 'soonest') return
    const who = clients.length === 1 ? `client ${clients[0]}` : `clients ${clients.join(', ')}`
    throw new UserError(`${who} in slot ${slot} cannot be done in ${deadline} s with any shares of it`)
  }
  for (const { clients, whole, slot } of slots) {
    const of = clients.map((client) => energyClient(network, decision, client, links[client]!))
    const found = minimumEnergyShares(of, deadline, dividedOf(network), Math.max(0, whole))
    if (!found) refuse(clients, slot)
    for (const [i, client] of clients.entries()) {
      if (!found) continue
      share.set(client, found.share[i])
      plans.set(client, found.plans[i])
    }
  }
  // Whose share is decided still has a power and a clock to choose.
  for (const [client, slot] of decision.assignment.entries()) {
    const given = decided(decision, 'share', client)
    if (slot === SITS_OUT || given === undefined) continue
    const plan = energyPlan(
      energyClient(network, decision, client, links[client]!),
      given,
      deadline,
      dividedOf(network),
    )
    if (plan) plans.set(client, plan)
    else refuse([client], slot)
  }
  const missing = slots.some(({ clients }) => clients.some((client) => !share.has(client)))
  const soonest = missing ? finishTogether(network, decision) : decision
  const shared = filledIn(
    decision,
    'share',
    network.clients,
    (client) => share.get(client) ?? soonest.share?.[client],
  )
  const powered = filledIn(shared, 'powerW', network.clients, (client) =>
    atLeastPower(network, plans.get(client)?.powerW ?? network.clientPowerW[client]),
  )
  const { clientClockHz } = network
  return clientClockHz
    ? filledIn(powered, 'clockHz', network.clients, (client) =>
        atLeastClock(network, plans.get(client)?.clockHz ?? clientClockHz[client]),
      )
    : powered
}

/** A client's processor as cycles alone: FLOPs at full clock count as the cycles that take as long, without energy of their own. */
function energyClient(
  network: RoundNetwork,
  decision: Decision,
  client: number,
  link: SlotLink,
): EnergyClient {
  const { clientClockHz, clientCycles, switchedCapacitance, clientPowerW } = network
  const most = clientClockHz?.[client]
  const own = clientCycles?.[client] ?? 0
  const clockHz = decided(decision, 'clockHz', client)
  // Not the clock of the plan before, but the highest.
  const { clockHz: _, ...atFullClock } = decision
  const running = most === undefined ? 0 : headTimeOf(network, client, atFullClock) * most
  const powerW = decided(decision, 'powerW', client)
  return {
    fixedSeconds: link.edgeSeconds + (most === undefined ? link.headSeconds : 0),
    cycles: running,
    switchedCapacitance: running === 0 ? 0 : ((switchedCapacitance?.[client] ?? 0) * own) / running,
    mostClockHz: most ?? 1,
    work: link.uplinkWork,
    noiseOverGain: link.uplinkNoiseOverGain,
    mostPowerW: clientPowerW[client],
    downlink: { work: link.downlinkWork, sinr: link.downlinkSinr },
    ...(clockHz !== undefined && { clockHz }),
    ...(powerW !== undefined && !isOpen(decision, 'powerW', client) && { powerW }),
  }
}
