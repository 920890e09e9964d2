import {
  definePlugin,
  evaluateRound,
  headTimeOf,
  levelUpTo,
  SITS_OUT,
  settled,
  Type,
} from '../../core/plugin/index.js'
import { deadlineOption } from './shared/deadline.js'
import { atLeastClock, filledIn } from './shared/open.js'

/** A level may miss what is needed by this much, relative: rounding of what was worked out. */
const ROUNDING = 1e-12

export default definePlugin({
  kind: 'allocator',
  name: 'minimum-energy-clock',
  summary:
    'the slowest clock with which a client is done by the deadline, or no later than the round’s slowest without one: κ f² falls and the round takes no longer (as in Tran et al., 2019)',
  decides: ['clock'],
  options: Type.Object({ deadlineSeconds: deadlineOption }, { additionalProperties: false }),
  create: ({ deadlineSeconds: usual }) => ({
    allocate({ network, deadlineSeconds }, decision) {
      const { clientClockHz, clients, bounds } = network
      if (!clientClockHz) return decision
      const whole = settled(network, decision)
      const { time, clientTime, headTime } = evaluateRound(network, whole)
      const { clockHz: _, ...atFullClock } = decision
      return filledIn(decision, 'clockHz', clients, (client) => {
        if (decision.assignment[client] === SITS_OUT) return undefined
        const most = clientClockHz[client]
        const fastest = levelUpTo(most, bounds?.clockLevelsHz)
        const levels = bounds?.clockLevelsHz?.filter((level) => level <= fastest)
        const cycles = headTimeOf(network, client, atFullClock) * most
        // Turns follow each other, so a client's own end counts from its turn's.
        const end =
          decision.deadlineSeconds ?? deadlineSeconds ?? usual ?? (decision.turn ? clientTime[client] : time)
        const left = end - (clientTime[client] - headTime[client])
        // Never faster than it can be, and idle where there is nothing to compute.
        if (cycles === 0 || !(left > 0)) return fastest
        const needed = atLeastClock(network, cycles / left)
        return levels?.find((level) => level >= needed * (1 - ROUNDING)) ?? Math.min(fastest, needed)
      })
    },
  }),
})
