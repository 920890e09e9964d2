import {
  definePlugin,
  downlinkBitsOf,
  gainIndex,
  headEnergyOf,
  headTimeOf,
  heldSlots,
  minimumCostMatching,
  receivingEnergy,
  SITS_OUT,
  Type,
  transferTime,
  transmitEnergy,
  uplinkBitsOf,
} from '../../core/plugin/index.js'
import { activeClients } from './shared/order.js'

const limit = (what: string, unit: string) =>
  Type.Union([Type.Null(), Type.Number({ exclusiveMinimum: 0, 'x-unit': unit })], {
    default: null,
    description: `${what}, ${unit}; null: without limit`,
    'x-expected': `a number above 0 (${unit}), or null`,
  })

export default definePlugin({
  kind: 'scheduler',
  name: 'packet-error-matching',
  summary:
    'clients to resource blocks by the Hungarian method: the most samples that are expected to arrive, of those in time and within their energy (Chen et al., 2021); exact for one server, where nobody interferes',
  tier: 'local',
  decidesAt: ['round', 'ask'],
  options: Type.Object(
    {
      threshold: Type.Number({
        default: 1.08,
        exclusiveMinimum: 0,
        description: 'm, the waterfall threshold',
      }),
      delaySeconds: limit('most time that a client’s round may take', 's'),
      energyJoules: limit('most energy that it may take', 'J'),
    },
    { additionalProperties: false },
  ),
  create: ({ threshold, delaySeconds, energyJoules }) => ({
    decide(view) {
      const { parameters, uplinkGain, downlinkGain } = view
      const { clients, servers, channels, bandwidthHz, noiseW, rate } = parameters
      const there = activeClients(view)
      const slots = servers * channels
      const taken = heldSlots(view)
      const cost = new Float64Array(there.length * slots)
      for (const [row, client] of there.entries()) {
        const samples = parameters.clientSamples[client]
        for (let slot = 0; slot < slots; slot++) {
          if (taken[slot]) continue
          const server = Math.floor(slot / channels)
          const at = gainIndex(parameters, client, server, slot % channels)
          const power = parameters.clientPowerW[client]
          const sinr = (power * uplinkGain[at]) / noiseW
          const uplink = transferTime(uplinkBitsOf(parameters, client) / bandwidthHz, sinr, rate)
          const downlinkSinr = (parameters.serverPowerW[server] * downlinkGain[at]) / noiseW
          const downlink = transferTime(downlinkBitsOf(parameters, client) / bandwidthHz, downlinkSinr, rate)
          const seconds = headTimeOf(parameters, client) + uplink + downlink
          const joules =
            headEnergyOf(parameters, client) +
            transmitEnergy(parameters, client, power, uplink) +
            receivingEnergy(parameters, client, downlink)
          if (seconds < (delaySeconds ?? Infinity) && joules < (energyJoules ?? Infinity))
            cost[row * slots + slot] = -samples * Math.exp(-threshold / sinr)
        }
      }
      const assignment = new Int32Array(clients).fill(SITS_OUT)
      for (const [row, slot] of minimumCostMatching(cost, there.length, slots).entries())
        if (slot >= 0 && cost[row * slots + slot] < 0) assignment[there[row]] = slot
      return assignment
    },
  }),
})
