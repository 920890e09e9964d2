import {
  type Assignment,
  definePlugin,
  heldSlots,
  type RandomStream,
  type SchedulerView,
  SITS_OUT,
  Type,
  tokens,
} from '../../core/plugin/index.js'
import { activeClients } from './shared/order.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'random',
  summary: 'a uniformly random feasible assignment: each client a slot of its own',
  tier: 'counts',
  decidesAt: ['round', 'ask'],
  options: Type.Object({}, { additionalProperties: false }),
  needs: { random: tokens.random },
  create: (_options, { random }) => ({
    decide(view) {
      const stream = random.stream('slots', view.round)
      const there = activeClients(view)
      // Each is as likely to be among those whom the slots are enough for.
      if (there.length > freeSlots(view)) stream.shuffle(there)
      return randomAssignment(view, stream, there)
    },
  }),
})

const freeSlots = (view: SchedulerView): number =>
  heldSlots(view).reduce((free, held) => free + (held ? 0 : 1), 0)

/** Each active client a slot of its own, the first of `there` as far as there are enough, every way equally likely. */
export function randomAssignment(
  view: SchedulerView,
  random: RandomStream,
  there: readonly number[] = activeClients(view),
): Assignment {
  const { clients, servers, channels } = view.parameters
  const slots = new Int32Array(servers * channels)
  for (let slot = 0; slot < slots.length; slot++) slots[slot] = slot
  random.shuffle(slots)
  const assignment = new Int32Array(clients).fill(SITS_OUT)
  const taken = heldSlots(view)
  let next = 0
  for (const client of there) {
    while (next < slots.length && taken[slots[next]]) next++
    if (next < slots.length) assignment[client] = slots[next++]
  }
  return assignment
}
