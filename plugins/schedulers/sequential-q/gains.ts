import type { MeasuredRound, NetworkParameters, RoundGains } from '../../../core/plugin/index.js'

/** How much of a round a request may be based on. */
export type RequestTier = 'large-scale' | 'local' | 'twin'

/** Gains as a request may know them; K×N×M as in `RoundNetwork`, or N×M. */
export interface KnownGains extends RoundGains {
  /** N×M. */
  readonly meanGain: Float64Array
  /** Whether it is known what others would receive from a server that is not active on their channel (tier `twin`). */
  readonly crossGainsKnown: boolean
}

/** Who holds which slot, and what is measured then, as far as gains are known. */
export type Board = MeasuredRound<KnownGains>

/** What a view or a network shows of gains; a view throws where the tier does not allow it. */
interface GainSource {
  readonly uplinkGain: Float64Array
  readonly downlinkGain: Float64Array
  readonly meanGain: Float64Array
}

/** The gains that a tier knows; at `large-scale` the mean stands for every channel, written into `expected` (K×N×M). */
export function knownGains(
  source: GainSource,
  parameters: NetworkParameters,
  tier: RequestTier,
  expected?: Float64Array,
): KnownGains {
  const { meanGain } = source
  if (tier === 'large-scale') {
    const { clients, servers, channels } = parameters
    const gain = expected ?? new Float64Array(channels * clients * servers)
    for (let k = 0; k < channels; k++) gain.set(meanGain, k * clients * servers)
    return { parameters, uplinkGain: gain, downlinkGain: gain, meanGain, crossGainsKnown: false }
  }
  const { uplinkGain, downlinkGain } = source
  return { parameters, uplinkGain, downlinkGain, meanGain, crossGainsKnown: tier === 'twin' }
}
