import {
  definePlugin,
  gainIndex,
  heldSlots,
  type InterferenceMeter,
  type SchedulerView,
  SITS_OUT,
  slotOf,
  Type,
} from '../../core/plugin/index.js'
import { activeClients } from './shared/order.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'max-sinr',
  summary:
    'of all unserved clients and free slots, the pair of the largest downlink SINR is served next, as cells are usually selected',
  tier: 'local',
  decidesAt: ['round', 'ask'],
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    decide(view) {
      const { clients, channels } = view.parameters
      const meter = view.interference()
      const taken = heldSlots(view)
      const assignment = new Int32Array(clients).fill(SITS_OUT)
      // SINR only falls as others are served, and only on their channel: what was best may be out of date, and is then too high.
      const served = new Int32Array(channels)
      const choose = (client: number, rank: number): Choice => {
        const { slot, sinr } = bestSlot(view, meter, taken, client)
        return { client, rank, slot, sinr, served: served[slot % channels] }
      }
      const queue = activeClients(view).map(choose).sort(before)
      while (queue.length > 0) {
        const first = queue[0]
        const { client, slot } = first
        if (slot === SITS_OUT) break
        const channel = slot % channels
        if (served[channel] !== first.served) {
          replaceFirst(queue, choose(client, first.rank))
          continue
        }
        taken[slot] = 1
        meter.place(client, slot)
        assignment[client] = slot
        served[channel]++
        const last = queue.pop()!
        if (queue.length > 0) replaceFirst(queue, last)
      }
      return assignment
    },
  }),
})

/** What a client would take, by what it knew when its channel had so many clients. */
interface Choice {
  readonly client: number
  readonly rank: number
  readonly slot: number
  readonly sinr: number
  readonly served: number
}

const before = (a: Choice, b: Choice): number => b.sinr - a.sinr || a.rank - b.rank

/** Puts another in place of the first of a heap. */
function replaceFirst(heap: Choice[], choice: Choice): void {
  let at = 0
  for (let below = 1; below < heap.length; below = 2 * at + 1) {
    if (below + 1 < heap.length && before(heap[below + 1], heap[below]) < 0) below++
    if (before(choice, heap[below]) <= 0) break
    heap[at] = heap[below]
    at = below
  }
  heap[at] = choice
}

function bestSlot(view: SchedulerView, meter: InterferenceMeter, taken: Uint8Array, client: number) {
  const { servers, channels, serverPowerW, noiseW } = view.parameters
  const { downlinkGain } = view
  let best = { slot: SITS_OUT, sinr: -1 }
  for (let server = 0; server < servers; server++)
    for (let channel = 0; channel < channels; channel++) {
      const slot = slotOf(server, channel, channels)
      if (taken[slot]) continue
      const gain = downlinkGain[gainIndex(view.parameters, client, server, channel)]
      const sinr = (serverPowerW[server] * gain) / (noiseW + meter.downlink(client, channel))
      if (sinr > best.sinr) best = { slot, sinr }
    }
  return best
}
