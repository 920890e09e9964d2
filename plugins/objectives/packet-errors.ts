import {
  definePlugin,
  SITS_OUT,
  samplesOf,
  Type,
  tokens,
  UserError,
  uplinkBitsOf,
} from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'objective',
  name: 'packet-errors',
  summary:
    'samples whose upload is expected to be lost: an uplink at a SINR γ fails with probability 1 − exp(−m/γ), m the waterfall threshold (Chen et al., 2021)',
  options: Type.Object(
    {
      perSample: Type.Number({
        default: 1,
        minimum: 0,
        description: 'price of each sample of an upload that is lost',
      }),
      threshold: Type.Number({
        default: 1.08,
        exclusiveMinimum: 0,
        description: 'm, the waterfall threshold',
      }),
    },
    { additionalProperties: false },
  ),
  needs: { network: tokens.network },
  create({ perSample, threshold }, { network }) {
    // A SINR is told from the rate over a whole channel, by Shannon's formula.
    if (network.rate)
      throw new UserError('packet-errors tells a SINR by log2(1 + SINR); expected network.rate: null')
    if ((network.access ?? 'channels') !== 'channels')
      throw new UserError(
        'packet-errors tells a SINR from the rate over a whole channel; expected network.access: channels',
      )
    return {
      terms: () => ({}),
      cost({ decision, cost: { uplinkRate }, completed }) {
        if (decision.grants)
          throw new UserError(
            'packet-errors tells a SINR from the rate over one channel; expected decisions.grants: null',
          )
        let lost = 0
        for (const [client, slot] of decision.assignment.entries()) {
          // Who did not come to the end is priced as not served, and nothing of what nobody sends is lost.
          if (slot === SITS_OUT || completed[client] === 0 || uplinkBitsOf(network, client, decision) === 0)
            continue
          const sinr = Math.expm1((Math.LN2 * uplinkRate[client]) / network.bandwidthHz)
          lost += samplesOf(network, client, decision) * -Math.expm1(-threshold / sinr)
        }
        return perSample * lost
      },
    }
  },
})
