import {
  type Decision,
  type Divided,
  downlinkBitsOf,
  evaluateRound,
  gainIndex,
  linksOf,
  noisesOf,
  type RoundNetwork,
  SITS_OUT,
  settled,
  uplinkBitsOf,
} from '../../../core/plugin/index.js'
import { decided, filledIn, isOpen } from './open.js'

/** Clients of one turn in one slot whose shares are open, and how much of it is left for them. */
export interface SharedSlot {
  readonly slot: number
  readonly clients: readonly number[]
  readonly whole: number
}

/** The slots of which somebody's share is open, in order. */
export function sharedSlots(decision: Decision): SharedSlot[] {
  const groups = new Map<string, { slot: number; clients: number[]; whole: number }>()
  for (const [client, slot] of decision.assignment.entries()) {
    if (slot === SITS_OUT) continue
    const key = `${decision.turn?.[client] ?? 0}/${slot}`
    const group = groups.get(key) ?? { slot, clients: [], whole: 1 }
    groups.set(key, group)
    if (isOpen(decision, 'share', client)) group.clients.push(client)
    else group.whole -= decided(decision, 'share', client) ?? 0
  }
  return [...groups.values()].filter(({ clients }) => clients.length > 0)
}

/** The decision with open shares of each slot equal. */
export function equalShares(network: RoundNetwork, decision: Decision): Decision {
  const share = new Map<number, number>()
  for (const { clients, whole } of sharedSlots(decision))
    for (const client of clients) share.set(client, Math.max(0, whole) / clients.length)
  return filledIn(decision, 'share', network.clients, (client) => share.get(client))
}

/** What a client sends and receives over a whole slot, and what it hears there. */
export interface SlotLink {
  /** Bits over the whole bandwidth, bit/Hz. */
  readonly uplinkWork: number
  readonly downlinkWork: number
  /** (σ² + I)/h, W. */
  readonly uplinkNoiseOverGain: number
  /** SINR with the whole slot at the power given. */
  readonly uplinkSinr: number
  readonly downlinkSinr: number
  /** Head and edge computing, s. */
  readonly headSeconds: number
  readonly edgeSeconds: number
}

/** How slots are divided under the network's access. */
export const dividedOf = ({ access }: RoundNetwork): Divided => (access === 'tdma' ? 'time' : 'band')

/** The link of each client that takes part, under a decision whose shares are all there; one slot each. */
export function slotLinks(network: RoundNetwork, decision: Decision): (SlotLink | undefined)[] {
  const whole = settled(network, decision)
  const links = linksOf(network, whole)
  const { uplinkW, downlinkW } = noisesOf(network, whole, links)
  const { headTime, edgeTime } = evaluateRound(network, whole)
  const found: (SlotLink | undefined)[] = new Array(network.clients).fill(undefined)
  for (const [i, n] of links.client.entries()) {
    const at = gainIndex(network, n, links.server[i], links.channel[i])
    const power = whole.powerW?.[n] ?? network.clientPowerW[n]
    const serverPower = whole.serverPowerW?.[n] ?? network.serverPowerW[links.server[i]]
    found[n] = {
      uplinkWork: uplinkBitsOf(network, n, whole) / network.bandwidthHz,
      downlinkWork: downlinkBitsOf(network, n, whole) / network.bandwidthHz,
      uplinkNoiseOverGain: uplinkW[i] / network.uplinkGain[at],
      uplinkSinr: (power * network.uplinkGain[at]) / uplinkW[i],
      downlinkSinr: (serverPower * network.downlinkGain[at]) / downlinkW[i],
      headSeconds: headTime[n],
      edgeSeconds: edgeTime[n],
    }
  }
  return found
}

/** Rounds of a fixed point between slots that interfere, and the change, relative, at which it is there. */
const ROUNDS = 60
const SETTLED = 1e-13

/**
 * Decisions worked out for each slot in turn until they change no more: other cells' shares or powers alter what each hears. Where they do not, the
 * second round is the last.
 */
export function untilSettled(
  start: Decision,
  fields: readonly ('share' | 'powerW')[],
  next: (current: Decision) => Decision,
): Decision {
  let current = start
  for (let i = 0; i < ROUNDS; i++) {
    const found = next(current)
    const still = fields.every((field) =>
      found[field]?.every(
        (value, n) =>
          Number.isNaN(value) || Math.abs(value - (current[field]?.[n] ?? Number.NaN)) <= SETTLED * value,
      ),
    )
    current = found
    if (still) break
  }
  return current
}
