import type { RoundNetwork } from '../../network/round-network.js'

/** Gains that stay as they are, whatever is drawn next. */
export function ownCopy(network: RoundNetwork): RoundNetwork {
  const uplinkGain = network.uplinkGain.slice()
  return {
    ...network,
    uplinkGain,
    downlinkGain: network.downlinkGain === network.uplinkGain ? uplinkGain : network.downlinkGain.slice(),
    meanGain: network.meanGain.slice(),
    ...(network.links && { links: { ...network.links, rank: network.links.rank.slice() } }),
  }
}
