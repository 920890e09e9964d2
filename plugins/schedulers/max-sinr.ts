import {
  definePlugin,
  gainIndex,
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
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    decide(view) {
      const { clients, channels } = view.parameters
      const meter = view.interference()
      const taken = new Uint8Array(view.parameters.servers * channels)
      const assignment = new Int32Array(clients).fill(SITS_OUT)
      const best = new Map(
        activeClients(view).map((client) => [client, bestSlot(view, meter, taken, client)]),
      )
      while (best.size > 0) {
        const [client, { slot }] = [...best].reduce((a, b) => (b[1].sinr > a[1].sinr ? b : a))
        best.delete(client)
        if (slot === SITS_OUT) continue
        taken[slot] = 1
        meter.place(client, slot)
        assignment[client] = slot
        // SINR only falls as others are served, and only on their channel: other clients' best stays the best.
        for (const [other, choice] of best)
          if (choice.slot % channels === slot % channels) best.set(other, bestSlot(view, meter, taken, other))
      }
      return assignment
    },
  }),
})

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
