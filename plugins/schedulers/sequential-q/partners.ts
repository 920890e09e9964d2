import { SITS_OUT } from '../../../core/plugin/index.js'
import type { Board } from './gains.js'
import type { Holders } from './holders.js'
import type { Requests } from './requests.js'

/** The sweep at hand, as `Requests` has it. */
type Sweeping = Pick<Requests, 'board' | 'order' | 'count' | 'turn' | 'sweep' | 'holders'>

/** Whose slots are asked for in the first sweeps: of the client's own, by gain, from 0 for the best. */
const WANTED = [1, 2, 0, 3, 4, 5]

/**
 * Who gives up its slot together with the client whose turn it is.
 *
 * In the first sweeps that is who holds the slot of the client's choice, another choice in each sweep, or where nobody
 * does, who shares its channel and disturbs most, as far as mean gains tell. Then it is who came so many places earlier in the order, a place more in
 * each sweep, so that everyone meets.
 */
export function partnerOf({ board, order, count, turn, sweep, holders }: Sweeping): number {
  const client = order[turn]
  const slot = sweep > WANTED.length ? -1 : wantedSlot(board, client, WANTED[sweep - 1])
  if (slot !== -1 && !isAsGood(board, client, slot)) {
    const holder = board.occupant[slot]
    const other = holder === -1 ? sharerOf(board, holders, client, slot) : holder
    if (other !== -1 && !holders.has(other)) return other
  }
  const distance = 1 + ((sweep - 1) % (count - 1))
  return order[(turn - distance + count) % count]
}

/** Whether a slot offers the client just the gain that it has where it is: so does its own, and without fading many another. */
function isAsGood(
  { clients, servers, channels, slot, gains }: Board,
  client: number,
  other: number,
): boolean {
  const gainAt = (at: number) =>
    gains.uplinkGain[((at % channels) * clients + client) * servers + Math.floor(at / channels)]
  return slot[client] !== SITS_OUT && gainAt(slot[client]) === gainAt(other)
}

/** The slot of so many-th largest gain of the client, from 0, of equal ones the first first; -1 where there are fewer. */
function wantedSlot({ clients, servers, channels, gains }: Board, client: number, rank: number): number {
  const { uplinkGain } = gains
  let limit = Number.POSITIVE_INFINITY
  let slot = -1
  for (let i = 0; i <= rank; i++) {
    const last = slot
    let best = -1
    slot = -1
    for (let m = 0; m < servers; m++)
      for (let k = 0; k < channels; k++) {
        const gain = uplinkGain[(k * clients + client) * servers + m]
        const at = m * channels + k
        if (gain <= best || gain > limit || (gain === limit && at <= last)) continue
        best = gain
        slot = at
      }
    limit = best
  }
  return slot
}

/** Of those on the slot's channel who may move, who and the client would disturb each other's uplinks most; -1 for none. */
function sharerOf(
  { servers, channels, occupant, gains }: Board,
  holders: Holders,
  client: number,
  slot: number,
): number {
  const { meanGain } = gains
  const at = Math.floor(slot / channels)
  let most = -1
  let sharer = -1
  for (let m = 0; m < servers; m++) {
    const other = occupant[m * channels + (slot % channels)]
    if (m === at || other === -1 || other === client || holders.has(other)) continue
    const suffered = meanGain[other * servers + at] / meanGain[client * servers + at]
    const disturbance = suffered + meanGain[client * servers + m] / meanGain[other * servers + m]
    if (!(disturbance > most)) continue
    most = disturbance
    sharer = other
  }
  return sharer
}
