import { type Assignment, channelOf, SITS_OUT, serverOf } from './assignment.js'
import type { Decision } from './decision.js'
import { spectralEfficiency } from './rate-curve.js'
import { linksOf, noisesOf, type RoundLinks } from './round-links.js'
import { gainIndex, type RoundNetwork } from './round-network.js'

/** What each client gets across in a round, and what it has on the air for it; of length N, NaN where a client sits out. */
export interface RoundRates {
  /** R_n^H, eq. (9), bit/s, summed over its links. */
  readonly uplinkRate: Float64Array
  /** R_n^B, eq. (14), bit/s, likewise. */
  readonly downlinkRate: Float64Array
  /** W; of whoever sits out, what is there does not count. */
  readonly airW: Float64Array
  /** What was set up to find them; absent where slots alone count. */
  readonly links?: RoundLinks
}

/** Of each client, until it is known. */
export const unknownOf = (clients: number): Float64Array => new Float64Array(clients).fill(Number.NaN)

/** Rates under a decision that is settled. */
export function ratesOf(network: RoundNetwork, decision: Decision): RoundRates {
  const { access = 'channels' } = network
  const { grants, share, turn, powerW, serverPowerW } = decision
  // All powers are the network's, all slots whole and one a client: nothing else need be set up for that.
  const slotsAlone = !(grants || share || turn || powerW || serverPowerW) && access === 'channels'
  return slotsAlone ? slotRates(network, decision.assignment) : linkRates(network, decision)
}

function linkRates(network: RoundNetwork, decision: Decision): RoundRates {
  const { clients, bandwidthHz, rate } = network
  const links = linksOf(network, decision)
  const { uplinkW, downlinkW } = noisesOf(network, decision, links)
  const uplinkRate = unknownOf(clients)
  const downlinkRate = unknownOf(clients)
  const airW = unknownOf(clients)
  for (let i = 0; i < links.client.length; i++) {
    const n = links.client[i]
    const own = gainIndex(network, n, links.server[i], links.channel[i])
    const uplinkSinr = (links.signalW[i] * network.uplinkGain[own]) / uplinkW[i]
    const downlinkSinr = (links.downlinkSignalW[i] * network.downlinkGain[own]) / downlinkW[i]
    if (i === 0 || links.client[i - 1] !== n) uplinkRate[n] = downlinkRate[n] = airW[n] = 0
    uplinkRate[n] += links.share[i] * (bandwidthHz * spectralEfficiency(rate, uplinkSinr))
    downlinkRate[n] += links.share[i] * (bandwidthHz * spectralEfficiency(rate, downlinkSinr))
    airW[n] += links.airW[i]
  }
  return { uplinkRate, downlinkRate, airW, links }
}

const NOBODY = -1

/** The same of an assignment, to the bit. */
function slotRates(network: RoundNetwork, assignment: Assignment): RoundRates {
  const { clients, servers, channels, bandwidthHz, noiseW, rate, links } = network
  const { clientPowerW, serverPowerW, uplinkGain, downlinkGain } = network
  const uplinkRate = unknownOf(clients)
  const downlinkRate = unknownOf(clients)
  const server: number[] = new Array(clients).fill(NOBODY)
  // Of each channel the first client, of each client the next on its channel, by number.
  const first: number[] = new Array(channels).fill(NOBODY)
  const next: number[] = new Array(clients).fill(NOBODY)
  for (let n = clients - 1; n >= 0; n--) {
    const slot = assignment[n]
    if (slot === SITS_OUT) continue
    const k = channelOf(slot, channels)
    server[n] = serverOf(slot, channels)
    next[n] = first[k]
    first[k] = n
    uplinkRate[n] = 0
  }
  // What each hears first lies where its rates come to be, W: by the gains of one client after the other, which lie together. Each sum has its
  // terms in the order of clients all the same.
  for (let k = 0; k < channels; k++) {
    for (let n = first[k]; n !== NOBODY; n = next[n]) {
      const row = (k * clients + n) * servers
      const power = clientPowerW[n]
      let downlink = 0
      for (let other = first[k]; other !== NOBODY; other = next[other]) {
        if (other === n) continue
        const from = server[other]
        const gain = links ? gainIndex(network, n, from, k) : row + from
        uplinkRate[other] += power * uplinkGain[gain]
        downlink += serverPowerW[from] * downlinkGain[gain]
      }
      downlinkRate[n] = downlink
    }
    for (let n = first[k]; n !== NOBODY; n = next[n]) {
      const m = server[n]
      const own = gainIndex(network, n, m, k)
      const uplinkSinr = (clientPowerW[n] * uplinkGain[own]) / (noiseW + uplinkRate[n])
      const downlinkSinr = (serverPowerW[m] * downlinkGain[own]) / (noiseW + downlinkRate[n])
      uplinkRate[n] = bandwidthHz * spectralEfficiency(rate, uplinkSinr)
      downlinkRate[n] = bandwidthHz * spectralEfficiency(rate, downlinkSinr)
    }
  }
  return { uplinkRate, downlinkRate, airW: clientPowerW }
}
