import { power } from '../kernel/power.js'
import { positiveRoot } from './roots.js'

/** A client of one edge server that shares its band in proportion: β gives 1/β of the time that the whole band takes. */
export interface EdgeClient {
  /** Processor cycles a round, and what κ f² weighs for one, weight × κ, J s² . */
  readonly cycles: number
  readonly capacitanceWeight: number
  /** Limit of its clock, Hz; none where absent. */
  readonly mostClockHz?: number
  /** Time and weighed energy of its transfer over the whole band, s and the cost's unit. */
  readonly transferSeconds: number
  readonly transferCost: number
}

/** Shares, clocks and the common finish of an edge server's clients. */
export interface EdgeCost {
  readonly cost: number
  readonly seconds: number
  readonly share: Float64Array
  readonly clockHz: Float64Array
}

/**
 * HFEL's problem at one edge server (Luo et al., 2020): min Σ A_n/β_n + B_n C_n f_n² + W T with C_n/f_n + D_n/β_n ≤ T and Σβ = 1.
 *
 * All finish together; with multipliers τ_n = 2 B_n f_n³ of their times β_n ∝ √(A_n + τ_n D_n) and Στ_n = W. Three roots of monotone functions: of β at a price, of the price
 * for Σβ = 1, and of T for Στ = W. Who is at its highest clock has the least β that is in time, and τ_n of β_n² at the price of shares.
 */
export function minimumEdgeCost(clients: readonly EdgeClient[], latencyWeight: number): EdgeCost {
  const clock = (
    { cycles, transferSeconds, mostClockHz = Infinity }: EdgeClient,
    share: number,
    seconds: number,
  ) => Math.min(mostClockHz, cycles / (seconds - transferSeconds / share))
  const leastShare = ({ cycles, transferSeconds, mostClockHz = Infinity }: EdgeClient, seconds: number) =>
    transferSeconds / (seconds - cycles / mostClockHz)
  const multiplier = (client: EdgeClient, share: number, seconds: number) =>
    2 * client.capacitanceWeight * power(clock(client, share, seconds), 3)
  const shareAt = (client: EdgeClient, price: number, seconds: number) => {
    const least = leastShare(client, seconds)
    const worth = (share: number) =>
      share <= least
        ? Number.POSITIVE_INFINITY
        : (client.transferCost + multiplier(client, share, seconds) * client.transferSeconds) / share ** 2
    const highest =
      (client.transferCost +
        2 * client.capacitanceWeight * power(client.mostClockHz ?? Infinity, 3) * client.transferSeconds) /
      least ** 2
    if (highest <= price) return least
    return positiveRoot((share) => price - worth(share), least * 2)
  }
  const sharesFor = (seconds: number) => {
    const sum = (price: number) =>
      clients.reduce((total, client) => total + shareAt(client, price, seconds), 0)
    const even =
      clients.reduce((most, client) => Math.max(most, client.transferCost), 0) * clients.length ** 2
    const price = positiveRoot((each) => 1 - sum(each), even > 0 ? even : latencyWeight)
    return { price, shares: clients.map((client) => shareAt(client, price, seconds)) }
  }
  const multipliers = (seconds: number) => {
    const { price, shares } = sharesFor(seconds)
    return clients.reduce((sum, client, i) => {
      const { transferCost, transferSeconds } = client
      const hurried = shares[i] <= leastShare(client, seconds)
      return (
        sum +
        (hurried
          ? (price * shares[i] ** 2 - transferCost) / transferSeconds
          : multiplier(client, shares[i], seconds))
      )
    }, 0)
  }
  // Sooner than this nobody could be done, whatever the shares.
  const hasty = (time: number) =>
    clients.some(({ cycles, mostClockHz = Infinity }) => time <= cycles / mostClockHz) ||
    clients.reduce((sum, client) => sum + leastShare(client, time), 0) >= 1
  const start = clients.reduce(
    (sum, { cycles, mostClockHz = Infinity, transferSeconds }) =>
      sum + transferSeconds + cycles / mostClockHz,
    0,
  )
  const seconds = positiveRoot((time) => (hasty(time) ? -1 : latencyWeight - multipliers(time)), 2 * start)
  const share = Float64Array.from(sharesFor(seconds).shares)
  const clockHz = Float64Array.from(clients, (client, i) => clock(client, share[i], seconds))
  const cost = clients.reduce(
    (sum, { cycles, capacitanceWeight, transferCost }, i) =>
      sum + transferCost / share[i] + capacitanceWeight * cycles * clockHz[i] ** 2,
    latencyWeight * seconds,
  )
  return { cost, seconds, share, clockHz }
}
