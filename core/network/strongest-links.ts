import type { NetworkParameters } from './round-network.js'

/**
 * Which links of each client have gains of their own on every channel, where the others count at their mean.
 *
 * Gains are then N×L×K, a client's links by rank, and behind them the means of all links, N×M (`gainIndex`). So memory and
 * drawing go by N·L·K in place of N·M·K, while whoever is heard from afar is heard at what it is on average.
 */
export interface StrongestLinks {
  /** L, links of a client that are kept, fewer than `NOT_KEPT`. */
  readonly perClient: number
  /** Place of a link among its client's, strongest first, N×M; `NOT_KEPT` where its mean stands for it. */
  readonly rank: Uint8Array
}

/** The rank of a link that is not kept. */
export const NOT_KEPT = 255

type Sizes = Pick<NetworkParameters, 'clients' | 'servers' | 'channels'>

/** Ranks the links of each client by their mean gains, N×M, the largest first, ties by number. */
export function rankLinks(
  { clients, servers }: Pick<Sizes, 'clients' | 'servers'>,
  meanGain: Float64Array,
  { perClient, rank }: StrongestLinks,
): void {
  const strongest = new Int32Array(perClient)
  rank.fill(NOT_KEPT)
  for (let client = 0; client < clients; client++) {
    const first = client * servers
    let found = 0
    for (let server = 0; server < servers; server++) {
      const gain = meanGain[first + server]
      if (found === perClient && gain <= meanGain[first + strongest[found - 1]]) continue
      let place = found < perClient ? found++ : found - 1
      for (; place > 0 && gain > meanGain[first + strongest[place - 1]]; place--)
        strongest[place] = strongest[place - 1]
      strongest[place] = server
    }
    for (let place = 0; place < found; place++) rank[first + strongest[place]] = place
  }
}

/** How many numbers the gains of one direction are: all K×N×M, or of so many links a client and a mean of each. */
export const gainCount = ({ clients, servers, channels }: Sizes, perClient?: number): number =>
  perClient === undefined ? channels * clients * servers : clients * (perClient * channels + servers)

/** The index of a link's gain on a channel, on all of which it is the same where the link is not kept. */
export function strongestGainIndex(
  { clients, servers, channels }: Sizes,
  { perClient, rank }: StrongestLinks,
  client: number,
  server: number,
  channel: number,
): number {
  const link = client * servers + server
  const place = rank[link]
  return place === NOT_KEPT
    ? clients * perClient * channels + link
    : (client * perClient + place) * channels + channel
}
