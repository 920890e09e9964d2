import { loadOfSample, perNode, quantity, section } from './schema-parts.js'

/** What a round is to clients. */
export const workloadSchema = section('What the clients of a round compute and send.', {
  samplesPerRound: perNode('clients', 'Samples D_n that a client trains on', 'samples per round', {
    default: 128,
    minimum: 1,
    whole: true,
  }),
  uplinkBitsPerSample: loadOfSample('Feature maps ξ^H sent up', 'bit per sample', {
    default: 6.422528e7,
    minimum: 0,
  }),
  downlinkBitsPerSample: loadOfSample('Gradients ξ^B sent down', 'bit per sample', {
    default: 6.422528e7,
    minimum: 0,
  }),
  bodyFlopsPerSample: loadOfSample('Work ψ^B of the body at the edge server', 'FLOP per sample', {
    default: 4.9e10,
    minimum: 0,
  }),
  headFlopsPerSample: loadOfSample('Work ψ^H of the head at the client', 'FLOP per sample', {
    default: 0,
    minimum: 0,
  }),
  uplinkBitsPerRound: perNode('clients', 'Sent up beside samples, e.g. weights', 'bit per round', {
    default: 0,
    minimum: 0,
  }),
  downlinkBitsPerRound: perNode('clients', 'Sent down beside samples', 'bit per round', {
    default: 0,
    minimum: 0,
  }),
  headForwardShare: quantity(
    "Share of the head's time spent forward, before the uplink; the rest follows the downlink",
    '',
    { default: 1 / 3, minimum: 0, maximum: 1 },
  ),
})
