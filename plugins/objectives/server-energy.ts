import { definePlugin, Type, tokens, totalServerEnergy, UserError } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'objective',
  name: 'server-energy',
  summary:
    'energy of edge servers, as network.servers says what they take: computing, downlinks and idling, charged when a round is over',
  options: Type.Object(
    {
      weight: Type.Number({
        default: 0.5,
        minimum: 0,
        description: 'weight of a joule of a server, per J',
        'x-unit': 'per J',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network },
  create({ weight }, { network: { serverConsumption } }) {
    if (!serverConsumption)
      throw new UserError(
        'nothing says what edge servers take; expected network.servers.computingPowerW, idlePowerW, amplifierEfficiency or circuitPowerW',
      )
    return {
      terms: () => ({}),
      cost: ({ cost }) => weight * totalServerEnergy(cost),
    }
  },
})
