import { channelOf, SITS_OUT, serverOf } from './assignment.js'
import type { Decision, Grants } from './decision.js'
import { type Access, gainIndex, type NetworkParameters, type RoundNetwork } from './round-network.js'

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

/** W that count for the signal of a link at a power, W, on a share of its slot: on no band at all nothing is heard, and nothing gets across. */
export const signalPower = (access: Access | undefined, powerW: number, share: number): number =>
  access === 'fdma' ? (powerW === 0 || share === 0 ? 0 : powerW / share) : powerW

/** W that others hear of it over the whole slot, and that it has on the air on average. */
export const meanPower = (access: Access | undefined, powerW: number, share: number): number =>
  access === 'tdma' ? share * powerW : powerW

/** The links of a decision that is settled. */
export function linksOf(network: NetworkParameters, decision: Decision): RoundLinks {
  const { assignment, grants } = decision
  const { clients, channels, access = 'channels', clientPowerW, serverPowerW } = network
  const count = countLinks(network, decision)
  const [client, server, channel] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)]
  const [shares, powers] = [new Float64Array(count), new Float64Array(count)]
  const serverPowers = new Float64Array(count)
  let end = 0
  for (let n = 0; n < clients; n++) {
    if (assignment[n] === SITS_OUT) continue
    const power = decision.powerW?.[n] ?? clientPowerW[n]
    const serverPower = decision.serverPowerW?.[n]
    const several = grants !== undefined && holdsGrants(grants, n)
    const [from, to] = several ? [grants.first[n], grants.first[n + 1]] : [0, 1]
    let whole = 0
    if (several) for (let at = from; at < to; at++) whole += grants.share?.[at] ?? 1
    for (let at = from; at < to; at++, end++) {
      const slot = several ? grants.slot[at] : assignment[n]
      const share = (several ? grants.share?.[at] : decision.share?.[n]) ?? 1
      const part = to - from === 1 ? 1 : whole === 0 ? 0 : share / whole
      client[end] = n
      server[end] = serverOf(slot, channels)
      channel[end] = channelOf(slot, channels)
      shares[end] = share
      powers[end] = (several ? grants.powerW?.[at] : undefined) ?? part * power
      // A server spends its power on each link, as in eq. (15), or what was decided in proportion.
      serverPowers[end] = serverPower === undefined ? serverPowerW[server[end]] : part * serverPower
    }
  }
  return {
    client,
    server,
    channel,
    share: shares,
    signalW: signals(access, powers, shares),
    interferingW: heard(access, powers, shares),
    airW: heard(access, powers, shares),
    downlinkSignalW: signals(access, serverPowers, shares),
    downlinkInterferingW: heard(access, serverPowers, shares),
  }
}

const holdsGrants = ({ first }: Grants, client: number): boolean => first[client] !== first[client + 1]

function countLinks({ clients }: NetworkParameters, { assignment, grants }: Decision): number {
  let count = 0
  for (let n = 0; n < clients; n++) {
    if (assignment[n] === SITS_OUT) continue
    count += grants && holdsGrants(grants, n) ? grants.first[n + 1] - grants.first[n] : 1
  }
  return count
}

/** Signals of links, W. */
const signals = (access: Access, powers: Float64Array, shares: Float64Array): Float64Array =>
  access === 'fdma' ? powers.map((power, i) => signalPower(access, power, shares[i])) : powers.slice()

/** What others hear of links on average, W. */
const heard = (access: Access, powers: Float64Array, shares: Float64Array): Float64Array =>
  access === 'tdma' ? powers.map((power, i) => meanPower(access, power, shares[i])) : powers.slice()

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
  if (!grants || !holdsGrants(grants, client))
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
  const { clients, servers, channels, noiseW, access = 'channels', uplinkGain, downlinkGain } = network
  const { turn } = decision
  const { client, server, interferingW, downlinkInterferingW } = links
  const count = client.length
  const [uplinkW, downlinkW] = [new Float64Array(count), new Float64Array(count)]
  const apart = access !== 'channels'
  const { first, byChannel } = onChannels(links.channel, channels)
  // By the gains of one client after the other, which lie together: each sum has its terms in the order of links all the same.
  for (let k = 0; k < channels; k++) {
    for (let at = first[k]; at < first[k + 1]; at++) {
      const i = byChannel[at]
      const n = client[i]
      const m = server[i]
      const row = network.links ? -1 : (k * clients + n) * servers
      const interfering = interferingW[i]
      let downlink = 0
      for (let next = first[k]; next < first[k + 1]; next++) {
        if (next === at) continue
        const other = byChannel[next]
        const from = server[other]
        if (apart && from === m) continue
        if (turn !== undefined && turn[client[other]] !== turn[n]) continue
        const gain = row < 0 ? gainIndex(network, n, from, k) : row + from
        uplinkW[other] += interfering * uplinkGain[gain]
        downlink += downlinkInterferingW[other] * downlinkGain[gain]
      }
      downlinkW[i] = noiseW + downlink
    }
  }
  for (let i = 0; i < count; i++) uplinkW[i] = noiseW + uplinkW[i]
  return { uplinkW, downlinkW }
}

/** Links by channel, in their order: those of channel k from `first[k]` to before `first[k + 1]`. */
function onChannels(channel: Int32Array, channels: number) {
  const first = new Int32Array(channels + 1)
  for (let i = 0; i < channel.length; i++) first[channel[i] + 1]++
  for (let k = 0; k < channels; k++) first[k + 1] += first[k]
  const next = first.slice()
  const byChannel = new Int32Array(channel.length)
  for (let i = 0; i < channel.length; i++) byChannel[next[channel[i]]++] = i
  return { first, byChannel }
}
