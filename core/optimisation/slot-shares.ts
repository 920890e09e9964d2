import { lambertWMinus1 } from './lambert-w.js'
import { positiveRoot, risingRoot } from './roots.js'

/** How a slot is divided: its band among clients that send at once (FDMA), or its time (TDMA). */
export type Divided = 'band' | 'time'

/** One transfer over a share of a slot. */
export interface SharedTransfer {
  /** Bits over the whole slot's bandwidth, bit/Hz. */
  readonly work: number
  /** Signal over noise and interference with the whole slot. */
  readonly sinr: number
}

/** A client that is to have a share of a slot. */
export interface SlotClient {
  /** What its round takes beside transfers, s. */
  readonly fixedSeconds: number
  /** Its transfers, one after the other. */
  readonly transfers: readonly SharedTransfer[]
}

/** A transfer's time on a share φ, s: work / (φ log2(1 + γ/φ)) of a band, work / (φ log2(1 + γ)) of the time. */
export function transferSeconds({ work, sinr }: SharedTransfer, share: number, divided: Divided): number {
  if (work === 0) return 0
  return work / (share * (Math.log1p(divided === 'band' ? sinr / share : sinr) / Math.LN2))
}

/** A client's time on a share of its slot, s. */
export const clientSeconds = (
  { fixedSeconds, transfers }: SlotClient,
  share: number,
  divided: Divided,
): number =>
  transfers.reduce((sum, transfer) => sum + transferSeconds(transfer, share, divided), fixedSeconds)

/**
 * The least share of a band on which `work` (bit/Hz) is done in so many seconds at a SINR γ of the whole band; Infinity where no band is enough.
 *
 * With Γ = work ln2 / (t γ) < 1: φ = -work ln2 / (t [W₋₁(-Γ e^{-Γ}) + Γ]), from φ ln(1 + γ/φ) = work ln2 / t (Yang et al., 2021,
 * whose lower branch it is: W₀ gives -Γ and no band).
 */
export function leastBand({ work, sinr }: SharedTransfer, seconds: number): number {
  if (work === 0) return 0
  const gamma = (work * Math.LN2) / (seconds * sinr)
  // Wide band: more of it adds nothing to γ / ln2.
  if (!(seconds > 0) || !(gamma < 1)) return Number.POSITIVE_INFINITY
  const closed = (-work * Math.LN2) / (seconds * (lambertWMinus1(-gamma * Math.exp(-gamma)) + gamma))
  if (gamma < 0.999) return closed
  // Near Γ = 1 the two terms cancel; there the equation itself is solved, in y = γ/φ.
  const y = risingRoot((x) => gamma - (x === 0 ? 1 : Math.log1p(x) / x), 0, 1)
  return sinr / y
}

/** The least share on which a client is done in so many seconds; Infinity where there is none. */
export function leastShare(client: SlotClient, seconds: number, divided: Divided): number {
  const left = seconds - client.fixedSeconds
  const transfers = client.transfers.filter(({ work }) => work > 0)
  if (transfers.length === 0) return left >= 0 ? 0 : Number.POSITIVE_INFINITY
  if (!(left > 0)) return Number.POSITIVE_INFINITY
  const spent = (share: number) =>
    transfers.reduce((sum, transfer) => sum + transferSeconds(transfer, share, divided), 0)
  if (divided === 'time') return spent(1) / left
  if (transfers.length === 1) return leastBand(transfers[0], left)
  // The whole of an endless band is still not enough where Σ work ln2 / γ takes longer.
  const floor = transfers.reduce((sum, { work, sinr }) => sum + (work * Math.LN2) / sinr, 0)
  if (!(floor < left)) return Number.POSITIVE_INFINITY
  return positiveRoot((share) => left - spent(share), 1)
}

/** Shares of a slot, and when the last of its clients is done. */
export interface SlotShares {
  readonly seconds: number
  readonly share: Float64Array
}

/**
 * The shares of a slot with which its last client is done soonest: all finish together, the least shares for that time
 * sum to the whole (Yang et al., 2021; Shi et al., 2021); by bisection of the time.
 *
 * `whole` is what there is to share, at most 1. Clients without transfers get nothing and may be done before. Infinity and equal
 * shares where somebody can never be done.
 */
export function minimumTimeShares(clients: readonly SlotClient[], divided: Divided, whole = 1): SlotShares {
  const sending = clients.filter(({ transfers }) => transfers.some(({ work }) => work > 0)).length
  const idle = clients.reduce((longest, { fixedSeconds }) => Math.max(longest, fixedSeconds), 0)
  const equal = clients.map(({ transfers }) => (transfers.some(({ work }) => work > 0) ? whole / sending : 0))
  if (sending === 0) return { seconds: idle, share: Float64Array.from(equal) }
  const longest = clients.reduce(
    (most, client, i) => (equal[i] === 0 ? most : Math.max(most, clientSeconds(client, equal[i], divided))),
    0,
  )
  if (!(longest < Number.POSITIVE_INFINITY)) return { seconds: longest, share: Float64Array.from(equal) }
  const needed = (seconds: number) =>
    clients.reduce((sum, client, i) => (equal[i] === 0 ? sum : sum + leastShare(client, seconds, divided)), 0)
  const start = clients.reduce(
    (most, { fixedSeconds }, i) => (equal[i] === 0 ? most : Math.max(most, fixedSeconds)),
    0,
  )
  const seconds = risingRoot((time) => whole - needed(time), start, longest)
  const share = Float64Array.from(clients, (client, i) =>
    equal[i] === 0 ? 0 : leastShare(client, seconds, divided),
  )
  return { seconds: Math.max(idle, seconds), share: withinWhole(share, whole) }
}

/** Rounding may leave shares a few units above the whole. */
function withinWhole(share: Float64Array, whole: number): Float64Array {
  const sum = share.reduce((total, each) => total + each, 0)
  return sum > whole ? share.map((each) => (each * whole) / sum) : share
}
