import { SITS_OUT } from './assignment.js'
import type { Decision } from './decision.js'
import type { NetworkParameters } from './round-network.js'
import { samplesOf } from './round-work.js'

/** Price of leaving a client out of a round, or of its not coming to the end of one: its own, and that of all its samples. */
export const unservedPriceOf = ({ prices, clientSamples }: NetworkParameters, client: number): number =>
  (prices?.unserved?.[client] ?? 0) + (prices?.sample ? prices.sample[client] * clientSamples[client] : 0)

/**
 * What prices add to λT + μΣE: for clients that are not served or broke off, for samples that nobody trained on, and for
 * joules, by client.
 */
export function pricesOf(
  network: NetworkParameters,
  decision: Decision,
  clientEnergy: Float64Array,
  brokeOff: (client: number) => boolean,
): number {
  const { prices, clients, clientSamples } = network
  if (!prices) return 0
  let price = 0
  for (let n = 0; n < clients; n++) {
    const served = decision.assignment[n] !== SITS_OUT
    if (!served || brokeOff(n)) price += unservedPriceOf(network, n)
    else if (prices.sample && decision.samples)
      price += prices.sample[n] * (clientSamples[n] - samplesOf(network, n, decision))
    // A joule without a price costs nothing, even without end.
    if (served && prices.energy && prices.energy[n] !== 0) price += prices.energy[n] * clientEnergy[n]
  }
  return price
}
