import { gainIndex, type RoundNetwork } from '../network/round-network.js'

/** How far a client's gains are from those of another network, both ways: root mean square over its links, dB. */
export function deviationDb(taken: RoundNetwork, actual: RoundNetwork, client: number): number {
  return Math.sqrt(meanSquareDb(taken, actual, client, client + 1))
}

/** How far all gains are from those of another network: root mean square over the links, dB. */
export function gainErrorDb(taken: RoundNetwork, actual: RoundNetwork): number {
  return Math.sqrt(meanSquareDb(taken, actual, 0, taken.clients))
}

/** Links that are blocked in both are left out; one that is blocked in either is without end. */
function meanSquareDb(taken: RoundNetwork, actual: RoundNetwork, from: number, to: number): number {
  const { servers, channels } = taken
  const reciprocal = actual.uplinkGain === actual.downlinkGain && taken.uplinkGain === taken.downlinkGain
  let sum = 0
  let count = 0
  const compare = (a: number, b: number) => {
    if (a === 0 && b === 0) return
    sum += (10 * Math.log10(a / b)) ** 2
    count++
  }
  for (let client = from; client < to; client++)
    for (let channel = 0; channel < channels; channel++)
      for (let server = 0; server < servers; server++) {
        const at = gainIndex(taken, client, server, channel)
        compare(taken.uplinkGain[at], actual.uplinkGain[at])
        if (!reciprocal) compare(taken.downlinkGain[at], actual.downlinkGain[at])
      }
  return count === 0 ? 0 : sum / count
}
