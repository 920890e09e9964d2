import { power } from '../kernel/power.js'
import { leastWhere, positiveRoot, risingRoot } from './roots.js'
import { type Divided, type SharedTransfer, transferSeconds } from './slot-shares.js'

/** A client that computes and then sends over a share of a slot, by a deadline. */
export interface EnergyClient {
  /** What its round takes beside computing and transfers, s. */
  readonly fixedSeconds: number
  /** Processor cycles of a round, κ of each at a clock f: κ f² J; the clock's limit, Hz. */
  readonly cycles: number
  readonly switchedCapacitance: number
  readonly mostClockHz: number
  /** Bits to send over the whole slot's bandwidth, bit/Hz, and noise and interference over gain, W, of the whole slot. */
  readonly work: number
  readonly noiseOverGain: number
  readonly mostPowerW: number
  /** What it is to receive on the same share, at a given SINR. */
  readonly downlink?: SharedTransfer
  /** A clock or a power that is settled already. */
  readonly clockHz?: number
  readonly powerW?: number
}

/** What a client does on a share of its slot, for the least energy by the deadline. */
export interface EnergyPlan {
  readonly joules: number
  /** On the air, s. */
  readonly seconds: number
  readonly powerW: number
  readonly clockHz: number
}

/** Shares, powers and clocks of a slot's clients. */
export interface MinimumEnergy {
  readonly joules: number
  readonly share: Float64Array
  readonly plans: readonly EnergyPlan[]
}

/**
 * The least energy of computing and sending by a deadline on a share of a slot; undefined where it cannot be done.
 *
 * E(t) = κ C³ / (T - t)² + (N/h) φt (2^{w/(φt)} - 1) over the time t on the air, convex, within the limits of clock and power
 * (Yang et al., 2021; Zeng et al., 2020); the same for a share of the band (p/φ over φ) and of the time (p over φ of the time).
 */
export function energyPlan(
  client: EnergyClient,
  share: number,
  deadlineSeconds: number,
  divided: Divided,
): EnergyPlan | undefined {
  const { cycles, switchedCapacitance, mostClockHz, work, noiseOverGain, mostPowerW } = client
  const received = client.downlink ? transferSeconds(client.downlink, share, divided) : 0
  const left = deadlineSeconds - client.fixedSeconds - received
  const latest = left - (cycles === 0 ? 0 : cycles / (client.clockHz ?? mostClockHz))
  if (!(latest >= 0)) return undefined
  const computing = (seconds: number) => {
    const clockHz =
      client.clockHz ?? (cycles === 0 ? mostClockHz : Math.min(mostClockHz, cycles / (left - seconds)))
    return { clockHz, joules: switchedCapacitance * cycles * clockHz ** 2 }
  }
  if (work === 0) {
    const { clockHz, joules } = computing(0)
    return { joules, seconds: 0, powerW: client.powerW ?? mostPowerW, clockHz }
  }
  const loudestW = client.powerW ?? mostPowerW
  const soonest = transferSeconds({ work, sinr: loudestW / noiseOverGain }, share, divided)
  if (!(soonest <= latest)) return undefined
  const densities = divided === 'band' ? share * noiseOverGain : noiseOverGain
  const planned = (seconds: number, powerW: number): EnergyPlan => {
    const { clockHz, joules } = computing(seconds)
    const air = divided === 'band' ? powerW : share * powerW
    return { joules: joules + air * seconds, seconds, powerW, clockHz }
  }
  if (client.powerW !== undefined) return planned(soonest, client.powerW)
  const slowing = 2 * switchedCapacitance * power(cycles, 3)
  // dE/dt, rising: at first sending slower saves most, at last computing slower.
  const slope = (seconds: number) => {
    const u = (work * Math.LN2) / (share * seconds)
    const sending = share * noiseOverGain * (u < 1e-4 ? -(u * u) * (0.5 + u / 3) : Math.exp(u) * (1 - u) - 1)
    if (cycles === 0 || client.clockHz !== undefined) return sending
    return sending + slowing / power(left - seconds, 3)
  }
  const seconds =
    slope(latest) <= 0 ? latest : slope(soonest) >= 0 ? soonest : risingRoot(slope, soonest, latest)
  const powerW = densities * Math.expm1((work * Math.LN2) / (share * seconds))
  return planned(seconds, Math.min(powerW, mostPowerW))
}

/**
 * Shares, powers and clocks by which all of a slot's clients are done by a deadline for the least energy; undefined where no shares are enough.
 *
 * At the optimum every client's energy falls at the same rate with its share (Zeng et al., 2020). In logarithms of share and time the
 * energy is convex, so that -dE/dφ falls in φ; each client's share is bisected for a rate, and the rate for shares that sum to `whole`.
 */
export function minimumEnergyShares(
  clients: readonly EnergyClient[],
  deadlineSeconds: number,
  divided: Divided,
  whole = 1,
): MinimumEnergy | undefined {
  const plan = (i: number, share: number) => energyPlan(clients[i], share, deadlineSeconds, divided)
  const joules = (i: number, share: number) => plan(i, share)?.joules ?? Number.POSITIVE_INFINITY
  const sends = clients.map(({ work, downlink }) => work > 0 || (downlink?.work ?? 0) > 0)
  const least = clients.map((_, i) => (sends[i] ? leastFeasible((share) => plan(i, share) !== undefined) : 0))
  const needed = least.reduce((sum, each) => sum + each, 0)
  if (!(needed <= whole)) return undefined
  /** -dE/dφ; Infinity below the least share. */
  const rate = (i: number, share: number) => {
    const step = Math.min(1e-5 * share, (share - least[i]) / 2)
    if (!(step > 0)) return Number.POSITIVE_INFINITY
    return (joules(i, share - step) - joules(i, share + step)) / (2 * step)
  }
  const most = (i: number) => whole - needed + least[i]
  const shareAt = (i: number, price: number) => {
    if (!sends[i]) return 0
    const [low, high] = [least[i], most(i)]
    if (rate(i, high) >= price) return high
    return risingRoot((share) => price - rate(i, share), low, high)
  }
  const sum = (price: number) => clients.reduce((total, _, i) => total + shareAt(i, price), 0)
  const highest = clients.reduce(
    (price, _, i) => (sends[i] ? Math.max(price, rate(i, whole / clients.length)) : price),
    0,
  )
  let share: Float64Array
  if (highest === 0 || !Number.isFinite(highest)) share = Float64Array.from(least)
  else {
    const price = positiveRoot((each) => whole - sum(each), highest)
    share = Float64Array.from(clients, (_, i) =>
      price === Number.POSITIVE_INFINITY ? least[i] : shareAt(i, price),
    )
    const total = share.reduce((all, each) => all + each, 0)
    if (total > whole) share = share.map((each, i) => Math.max(least[i], (each * whole) / total))
  }
  const plans: EnergyPlan[] = []
  for (const [i] of clients.entries()) {
    const found = plan(i, share[i] === 0 ? 1 : share[i])
    if (!found) return undefined
    plans.push(found)
  }
  return { joules: plans.reduce((total, each) => total + each.joules, 0), share, plans }
}

/** The least share with which something can be done that more makes easier; Infinity where the whole is not enough. */
function leastFeasible(feasible: (share: number) => boolean): number {
  if (!feasible(1)) return Number.POSITIVE_INFINITY
  return leastWhere(feasible, 0, 1)
}
