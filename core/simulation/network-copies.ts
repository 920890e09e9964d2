import type { NetworkParameters, RoundNetwork } from '../network/round-network.js'

/** Of what a round's network need not have as the run has it. */
const NOT_CONSTANT = ['clientPowerW', 'clientFlops', 'serverFlops'] as const

/** What a round's network has otherwise than the run: powers under power control, processors as a twin was told; undefined for nothing. */
export function otherwise(
  network: RoundNetwork,
  run: NetworkParameters,
): Partial<NetworkParameters> | undefined {
  const changed = NOT_CONSTANT.filter((key) => network[key] !== run[key])
  return changed.length === 0
    ? undefined
    : Object.fromEntries(changed.map((key) => [key, network[key].slice()]))
}

/**
 * A copy of the network with its own gains: they stay as they are whatever is drawn next, and whatever a scheduler does to
 * its copy, the physical one and the other schedulers keep theirs.
 */
export function copyOf(network: RoundNetwork, parameters: NetworkParameters = network): RoundNetwork {
  const uplinkGain = network.uplinkGain.slice()
  return {
    ...parameters,
    uplinkGain,
    downlinkGain: network.downlinkGain === network.uplinkGain ? uplinkGain : network.downlinkGain.slice(),
    meanGain: network.meanGain.slice(),
    ...(network.links && { links: { ...network.links, rank: network.links.rank.slice() } }),
  }
}
