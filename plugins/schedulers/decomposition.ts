import {
  definePlugin,
  gainIndex,
  heldSlots,
  type SchedulerView,
  SITS_OUT,
  serverOf,
  slotOf,
  spectralEfficiency,
  Type,
} from '../../core/plugin/index.js'
import { deferredAcceptance } from './shared/deferred-acceptance.js'
import { hardestFirst } from './shared/order.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'decomposition',
  summary: 'associates clients with servers first and assigns channels afterwards (LeAnh et al., 2017, [38])',
  tier: ({ channels }) => (channels === 'system-cost' ? 'twin' : 'local'),
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      association: Type.Union([Type.Literal('gain'), Type.Literal('quota')], {
        default: 'gain',
        description:
          'deferred acceptance on mean gain, each server holding as many clients as it has channels (gain) or an equal share of the clients (quota)',
      }),
      channels: Type.Union(
        [Type.Literal('deferred-acceptance'), Type.Literal('own-sinr'), Type.Literal('system-cost')],
        {
          default: 'deferred-acceptance',
          description:
            'at each server: deferred acceptance on own gain, blind to interference; or client by client, hardest first, by the client’s own SINRs or by system cost',
        },
      ),
      turns: Type.Integer({
        default: 2,
        minimum: 1,
        description:
          'how often each client chooses its channel (own-sinr, system-cost): the first to choose saw no interference yet',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ association, channels, turns }) => ({
    decide(view) {
      const order = hardestFirst(view)
      const servers = associate(view, order, association)
      if (channels === 'deferred-acceptance') return byOwnGain(view, order, servers)
      return channels === 'own-sinr'
        ? byOwnSinr(view, order, servers, turns)
        : bySystemCost(view, order, servers, turns)
    },
  }),
})

type ServerOfClient = ReadonlyMap<number, number>

function associate(view: SchedulerView, clients: number[], association: 'gain' | 'quota'): ServerOfClient {
  const { servers, channels } = view.parameters
  const holding = new Int32Array(servers)
  let everyone = clients.length
  for (const slot of view.held) {
    if (slot === SITS_OUT) continue
    holding[serverOf(slot, channels)]++
    everyone++
  }
  const share = Math.min(channels, Math.ceil(everyone / servers))
  const quota = association === 'gain' ? channels : share
  const room = (m: number) => Math.max(0, quota - holding[m])
  return deferredAcceptance(clients, servers, room, (n, m) => view.meanGain[n * servers + m])
}

/**
 * Clients like the channel of their largest gain; a channel ranks clients by how far it is above their mean, so that
 * those next to the server do not get every channel.
 */
function byOwnGain(view: SchedulerView, clients: number[], servers: ServerOfClient): Int32Array {
  const { parameters, uplinkGain, meanGain } = view
  const assignment = new Int32Array(parameters.clients).fill(SITS_OUT)
  const taken = heldSlots(view)
  for (let server = 0; server < parameters.servers; server++) {
    const own = clients.filter((client) => servers.get(client) === server)
    const gain = (n: number, k: number) => uplinkGain[gainIndex(parameters, n, server, k)]
    const relativeGain = (n: number, k: number) => gain(n, k) / meanGain[n * parameters.servers + server]
    const room = (k: number) => 1 - taken[slotOf(server, k, parameters.channels)]
    for (const [client, channel] of deferredAcceptance(own, parameters.channels, room, gain, relativeGain))
      assignment[client] = channel < 0 ? SITS_OUT : slotOf(server, channel, parameters.channels)
  }
  return assignment
}

function byOwnSinr(
  view: SchedulerView,
  clients: number[],
  servers: ServerOfClient,
  turns: number,
): Int32Array {
  const { parameters, uplinkGain, downlinkGain } = view
  const { clientPowerW, serverPowerW, noiseW, rate } = parameters
  const meter = view.interference()
  return oneByOne(view, clients, servers, turns, {
    /** Less time to send and receive as many bits, up to a factor. */
    score: (client, server, channel) => {
      const own = gainIndex(parameters, client, server, channel)
      const uplink = (clientPowerW[client] * uplinkGain[own]) / (noiseW + meter.uplink(server, channel))
      const downlink = (serverPowerW[server] * downlinkGain[own]) / (noiseW + meter.downlink(client, channel))
      return -(1 / spectralEfficiency(rate, uplink) + 1 / spectralEfficiency(rate, downlink))
    },
    place: (client, slot) => meter.place(client, slot),
    remove: (client) => meter.remove(client),
  })
}

function bySystemCost(
  view: SchedulerView,
  clients: number[],
  servers: ServerOfClient,
  turns: number,
): Int32Array {
  const evaluator = view.evaluator()
  const { channels } = view.parameters
  return oneByOne(view, clients, servers, turns, {
    score: (client, server, channel) => -evaluator.costOfPlacing(client, slotOf(server, channel, channels)),
    place: (client, slot) => evaluator.place(client, slot),
    remove: (client) => evaluator.remove(client),
  })
}

/** Each client in turn gives up its channel, if it has one, and takes its server's free channel of the largest score. */
function oneByOne(
  view: SchedulerView,
  clients: number[],
  servers: ServerOfClient,
  turns: number,
  by: {
    score: (client: number, server: number, channel: number) => number
    place: (client: number, slot: number) => void
    remove: (client: number) => void
  },
): Int32Array {
  const { channels } = view.parameters
  const assignment = new Int32Array(view.parameters.clients).fill(SITS_OUT)
  const taken = heldSlots(view)
  for (let turn = 0; turn < turns; turn++)
    for (const client of clients) {
      const server = servers.get(client) ?? -1
      if (server < 0) continue
      if (assignment[client] !== SITS_OUT) {
        taken[assignment[client]] = 0
        by.remove(client)
      }
      let best = -1
      let bestScore = Number.NEGATIVE_INFINITY
      for (let channel = 0; channel < channels; channel++) {
        if (taken[slotOf(server, channel, channels)]) continue
        const score = by.score(client, server, channel)
        if (best >= 0 && score <= bestScore) continue
        best = channel
        bestScore = score
      }
      const slot = slotOf(server, best, channels)
      taken[slot] = 1
      by.place(client, slot)
      assignment[client] = slot
    }
  return assignment
}
