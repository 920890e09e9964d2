import { definePlugin, SITS_OUT, samplesOf, Type, tokens } from '../../core/plugin/index.js'

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
  create: ({ perSample, threshold }, { network }) => ({
    terms: () => ({}),
    cost({ decision, cost: { uplinkRate }, completed }) {
      let lost = 0
      for (const [client, slot] of decision.assignment.entries()) {
        // Who did not come to the end is priced as not served.
        if (slot === SITS_OUT || completed[client] === 0) continue
        // Over a whole channel, by Shannon's rate.
        const sinr = Math.expm1((Math.LN2 * uplinkRate[client]) / network.bandwidthHz)
        lost += samplesOf(network, client, decision) * -Math.expm1(-threshold / sinr)
      }
      return perSample * lost
    },
  }),
})
