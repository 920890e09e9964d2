import { channelOf, SITS_OUT, serverOf } from './assignment.js'
import type { Decision } from './decision.js'
import { gainIndex, type NetworkParameters, type RoundNetwork } from './round-network.js'

/**
 * The links of a round: one a client and slot, in the order of clients.
 *
 * A shared slot is a whole one with three powers in place of one. Of the band (FDMA, share φ): signal p/φ, for its noise is φσ²; others hear p,
 * its mean density; p is on the air. Of the time (TDMA): signal p; others hear φp on average; φp is on the air. Rates are φ G log2(1 + SINR).
 */
export interface RoundLinks {
  readonly client: Int32Array
  readonly server: Int32Array
  readonly channel: Int32Array
  readonly share: Float64Array
  readonly signalW: Float64Array
  readonly interferingW: Float64Array
  readonly airW: Float64Array
  readonly downlinkSignalW: Float64Array
  readonly downlinkInterferingW: Float64Array
}

/** The links of a decision that is settled. */
export function linksOf(network: NetworkParameters, decision: Decision): RoundLinks {
  const { assignment, grants } = decision
  const { channels, access = 'channels' } = network
  const slots: number[] = []
  const clients: number[] = []
  const shares: number[] = []
  const powers: number[] = []
  const serverPowers: number[] = []
  for (let n = 0; n < network.clients; n++) {
    if (assignment[n] === SITS_OUT) continue
    const power = decision.powerW?.[n] ?? network.clientPowerW[n]
    const own = ownSlots(decision, n)
    const whole = own.length === 1 ? own[0].share : own.reduce((sum, { share }) => sum + share, 0)
    for (const { slot, share, powerW } of own) {
      const part = own.length === 1 ? 1 : whole === 0 ? 0 : share / whole
      slots.push(slot)
      clients.push(n)
      shares.push(share)
      powers.push(powerW ?? part * power)
      // A server spends its power on each link, as in eq. (15), or what was decided in proportion.
      const decided = decision.serverPowerW?.[n]
      serverPowers.push(
        decided === undefined ? network.serverPowerW[serverOf(slot, channels)] : part * decided,
      )
    }
  }
  const map = (of: (link: number) => number) => Float64Array.from(slots, (_, link) => of(link))
  const divided = access !== 'channels' || grants?.share !== undefined
  // On no band at all nothing is heard, and nothing gets across.
  const signal = (power: number, share: number) =>
    access === 'fdma' && divided ? (power === 0 || share === 0 ? 0 : power / share) : power
  const heard = (power: number, share: number) => (access === 'tdma' ? share * power : power)
  return {
    client: Int32Array.from(clients),
    server: Int32Array.from(slots, (slot) => serverOf(slot, channels)),
    channel: Int32Array.from(slots, (slot) => channelOf(slot, channels)),
    share: Float64Array.from(shares),
    signalW: map((link) => signal(powers[link], shares[link])),
    interferingW: map((link) => heard(powers[link], shares[link])),
    airW: map((link) => heard(powers[link], shares[link])),
    downlinkSignalW: map((link) => signal(serverPowers[link], shares[link])),
    downlinkInterferingW: map((link) => heard(serverPowers[link], shares[link])),
  }
}

/** What each client has on the air in all of its slots together, W, length N; NaN where it sits out. */
export function airPowers(network: NetworkParameters, decision: Decision): Float64Array {
  const { client, airW } = linksOf(network, decision)
  const total = new Float64Array(network.clients).fill(Number.NaN)
  for (const [i, n] of client.entries()) total[n] = (Number.isNaN(total[n]) ? 0 : total[n]) + airW[i]
  return total
}

interface OwnSlot {
  readonly slot: number
  readonly share: number
  readonly powerW?: number
}

/** The slots of a client that takes part. */
export function ownSlots({ assignment, grants, share }: Decision, client: number): readonly OwnSlot[] {
  if (!grants || grants.first[client] === grants.first[client + 1])
    return [{ slot: assignment[client], share: share?.[client] ?? 1 }]
  const own: OwnSlot[] = []
  for (let at = grants.first[client]; at < grants.first[client + 1]; at++)
    own.push({
      slot: grants.slot[at],
      share: grants.share?.[at] ?? 1,
      ...(grants.powerW && { powerW: grants.powerW[at] }),
    })
  return own
}

/** Noise and interference that each link has against it over a whole slot, eqs. (10) and (15), W: who shares its slot does not interfere. */
export function noisesOf(
  network: RoundNetwork,
  decision: Decision,
  links: RoundLinks,
): { readonly uplinkW: Float64Array; readonly downlinkW: Float64Array } {
  const { channels, noiseW, access = 'channels', uplinkGain, downlinkGain } = network
  const { turn } = decision
  const count = links.client.length
  const [uplinkW, downlinkW] = [new Float64Array(count), new Float64Array(count)]
  const onChannel: number[][] = Array.from({ length: channels }, () => [])
  for (let i = 0; i < count; i++) onChannel[links.channel[i]].push(i)
  // By the gains of one client after the other, which lie together: each sum has its terms in the order of links all the same.
  for (let i = 0; i < count; i++) {
    const n = links.client[i]
    const m = links.server[i]
    const k = links.channel[i]
    let downlink = 0
    for (const other of onChannel[k]) {
      if (other === i) continue
      const server = links.server[other]
      if (access !== 'channels' && server === m) continue
      if (turn !== undefined && turn[links.client[other]] !== turn[n]) continue
      const gain = gainIndex(network, n, server, k)
      uplinkW[other] += links.interferingW[i] * uplinkGain[gain]
      downlink += links.downlinkInterferingW[other] * downlinkGain[gain]
    }
    downlinkW[i] = noiseW + downlink
  }
  for (let i = 0; i < count; i++) uplinkW[i] = noiseW + uplinkW[i]
  return { uplinkW, downlinkW }
}
