import {
  definePlugin,
  downlinkBitsOf,
  edgeWorkOf,
  headTimeOf,
  integerShares,
  SITS_OUT,
  slotOf,
  spectralEfficiency,
  Type,
  uplinkBitsOf,
} from '../../core/plugin/index.js'
import { activeClients } from './shared/order.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'cpsl',
  summary:
    'clusters of clients take turns, parallel within and sequential between; each next subcarrier goes to the slowest of a cluster (CPSL, Wu et al., 2023)',
  tier: 'large-scale',
  decides: ['slot', 'turn', 'grants'],
  decidesAt: ['round'],
  roundsAlone: 'its clusters take turns within a round',
  options: Type.Object(
    {
      clusterSize: Type.Integer({
        default: 5,
        minimum: 1,
        description: 'clients of a cluster, at most as many as there are channels',
      }),
      clusters: Type.Enum(['alike', 'numbered'], {
        default: 'alike',
        description:
          'clients of a cluster: those that take alike long on one channel, or those of neighbouring numbers',
      }),
      subcarriers: Type.Enum(['to-the-slowest', 'evenly'], {
        default: 'to-the-slowest',
        description: 'the next subcarrier goes to the slowest client of a cluster, or to each in turn',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ clusterSize, clusters, subcarriers }) => ({
    decide(view) {
      const { parameters, meanGain } = view
      const { clients, servers, channels, bandwidthHz, noiseW, rate } = parameters
      /** Seconds of a client's round at a server on so many subcarriers, each at an equal part of its power. */
      const secondsOf = (client: number, server: number, own: number) => {
        const gain = meanGain[client * servers + server]
        const uplink = spectralEfficiency(
          rate,
          ((parameters.clientPowerW[client] / channels) * gain) / noiseW,
        )
        const downlink = spectralEfficiency(rate, (parameters.serverPowerW[server] * gain) / noiseW)
        const seconds = (bits: number, efficiency: number) =>
          bits === 0 ? 0 : bits / (own * bandwidthHz * efficiency)
        return (
          headTimeOf(parameters, client) +
          seconds(uplinkBitsOf(parameters, client), uplink) +
          edgeWorkOf(parameters, client) / parameters.serverFlops[server] +
          seconds(downlinkBitsOf(parameters, client), downlink)
        )
      }
      const assignment = new Int32Array(clients).fill(SITS_OUT)
      const turn = new Int32Array(clients)
      const held: number[][] = Array.from({ length: clients }, () => [])
      const there = activeClients(view)
      for (let server = 0; server < servers; server++) {
        const own = there.filter((client) => strongest(meanGain, client, servers) === server)
        if (clusters === 'alike')
          own.sort((a, b) => secondsOf(a, server, 1) - secondsOf(b, server, 1) || a - b)
        const size = Math.min(clusterSize, channels)
        for (let from = 0; from < own.length; from += size) {
          const cluster = own.slice(from, from + size)
          const loads = new Float64Array(cluster.length).fill(1)
          const pieces =
            subcarriers === 'evenly'
              ? integerShares(loads, channels)
              : integerShares(loads, channels, (i, count) => secondsOf(cluster[i], server, count))
          let channel = 0
          for (const [i, client] of cluster.entries()) {
            turn[client] = from / size
            for (let piece = 0; piece < pieces[i]; piece++)
              held[client].push(slotOf(server, channel++, channels))
            assignment[client] = held[client][0]
          }
        }
      }
      const first = new Int32Array(clients + 1)
      for (const [client, slots] of held.entries()) first[client + 1] = first[client] + slots.length
      const slot = Int32Array.from(held.flat())
      const powerW = Float64Array.from(
        held.flatMap((slots, client) => slots.map(() => parameters.clientPowerW[client] / channels)),
      )
      return { assignment, turn, grants: { first, slot, powerW } }
    },
  }),
})

function strongest(meanGain: Float64Array, client: number, servers: number): number {
  let best = 0
  for (let server = 1; server < servers; server++)
    if (meanGain[client * servers + server] > meanGain[client * servers + best]) best = server
  return best
}
