import { type Assignment, SITS_OUT, serverOf } from './assignment.js'
import { asDecision, type Decision, settled } from './decision.js'
import { pricesOf } from './prices.js'
import { linksOf } from './round-links.js'
import type { CostWeights, NetworkParameters, RoundNetwork } from './round-network.js'
import { ratesOf, unknownOf } from './round-rates.js'
import { downlinkTimesOf, edgeTimesOf, headTimesOf, uplinkTimesOf } from './round-times.js'
import { edgeWorkOf, headEnergyOf } from './round-work.js'
import { type ServerEnergy, serverEnergyOf } from './server-energy.js'

/**
 * What a round costs each client and all together; per-client arrays have length N, NaN where a client sits out.
 *
 * Under dynamic dynamics these are what happened: rates are means over their transfers, and a client that broke off has
 * NaN for the times it did not get to the end of, while its energies are what it had spent.
 */
export interface RoundCost {
  /** T_r, eq. (17), s; 0 when nobody takes part. */
  readonly time: number
  /** Σ_n E_{n,r}, J. */
  readonly energy: number
  /** λ T_r + μ Σ_n E_{n,r}, eq. (19a), and what `prices` add. */
  readonly cost: number
  /** R_n^H, eq. (9), bit/s. */
  readonly uplinkRate: Float64Array
  /** R_n^B, eq. (14), bit/s. */
  readonly downlinkRate: Float64Array
  /** T_n^{H,cp}, eq. (5), s. */
  readonly headTime: Float64Array
  /** T_n^{H,cm}, eq. (12), s. */
  readonly uplinkTime: Float64Array
  /** T_n^{B,cp}, eq. (7), s. */
  readonly edgeTime: Float64Array
  /** T_n^{B,cm}, eq. (16), s. */
  readonly downlinkTime: Float64Array
  /** The client's own sum in eq. (17), s. */
  readonly clientTime: Float64Array
  /** E_n^{H,cp}, eq. (6), J. */
  readonly headEnergy: Float64Array
  /** E_n^{H,cm}, eq. (13), J. */
  readonly uplinkEnergy: Float64Array
  /** J of receiving, part of `clientEnergy`; absent where receiving takes none. */
  readonly receiveEnergy?: Float64Array
  /** E_n, eq. (18), J. */
  readonly clientEnergy: Float64Array
  /**
   * J spent waiting for the slowest, `waitingEnergyOf`: charged to energy budgets (C2), and no part of eq. (18), so neither
   * of `energy` nor of `cost`; absent where waiting takes none.
   */
  readonly waitingEnergy?: Float64Array
  /** What edge servers spent, no part of `energy` nor, but for objectives that charge it, of `cost`; absent where nobody counts it. */
  readonly servers?: ServerEnergy
  /** J spent on links behind the edge servers, under a protocol; no part of `energy` nor of `cost`; absent where there is none. */
  readonly backhaulEnergy?: number
}

/** λT + μΣE, eq. (19a), of a time, s, and an energy, J: what has no weight counts for nothing, even without end. */
export function systemCost({ latency, energy }: CostWeights, seconds: number, joules: number): number {
  const cost = latency * seconds + energy * joules
  if (!Number.isNaN(cost)) return cost
  return (latency === 0 ? 0 : latency * seconds) + (energy === 0 ? 0 : energy * joules)
}

/**
 * What each client spends while it waits for the slowest, J, length N: its waiting power × (T_r − T_n), or what of that was
 * before it `left`, s; 0 for one that broke off, NaN where it sits out. Undefined where waiting takes no power.
 */
export function waitingEnergyOf(
  { clientWaitingW }: NetworkParameters,
  { time, clientTime, clientEnergy }: Pick<RoundCost, 'time' | 'clientTime' | 'clientEnergy'>,
  left: (client: number) => number = () => Infinity,
): Float64Array | undefined {
  return clientWaitingW?.map((power, client) => {
    if (Number.isNaN(clientEnergy[client])) return Number.NaN
    const waited = Math.min(time, left(client)) - clientTime[client]
    // Whoever never ends does not wait; neither does whoever broke off.
    return power > 0 && waited > 0 ? power * waited : 0
  })
}

/** What a round takes from each client's energy budget (C2), J: eq. (18) and its waiting; NaN where it sat out. */
export const budgetEnergyOf = ({
  clientEnergy,
  waitingEnergy,
}: Pick<RoundCost, 'clientEnergy' | 'waitingEnergy'>): Float64Array =>
  waitingEnergy ? clientEnergy.map((energy, client) => energy + waitingEnergy[client]) : clientEnergy

/**
 * Cost of a round by eqs. (5)-(18), written as the paper writes them, generalised to all that a `Decision` may hold.
 *
 * This is the reference: it accepts assignments that break C5 (their interference is the price) and is what
 * a run charges. Schedulers that try many assignments use `Evaluator`, which agrees with it.
 */
export function evaluateRound(network: RoundNetwork, decided: Assignment | Decision): RoundCost {
  const { clients, weights, prices, serverConsumption: consumption } = network
  const decision = settled(network, asDecision(decided))
  const { assignment, turn } = decision
  const { uplinkRate, downlinkRate, airW, links } = ratesOf(network, decision)
  const headTime = headTimesOf(network, decision)
  const uplinkTime = uplinkTimesOf(network, decision, uplinkRate)
  const edgeTime = edgeTimesOf(network, decision)
  const downlinkTime = downlinkTimesOf(network, decision, downlinkRate)
  const clientTime = unknownOf(clients)
  const headEnergy = unknownOf(clients)
  const uplinkEnergy = unknownOf(clients)
  const clientEnergy = unknownOf(clients)
  const receiveEnergy = network.receiveW && unknownOf(clients)
  let energy = 0
  for (let n = 0; n < clients; n++) {
    if (assignment[n] === SITS_OUT) continue
    clientTime[n] = headTime[n] + uplinkTime[n] + edgeTime[n] + downlinkTime[n]
    headEnergy[n] = headEnergyOf(network, n, decision)
    uplinkEnergy[n] = transmitEnergy(network, n, airW[n], uplinkTime[n])
    clientEnergy[n] = headEnergy[n] + uplinkEnergy[n]
    if (receiveEnergy) {
      receiveEnergy[n] = receivingEnergy(network, n, downlinkTime[n])
      clientEnergy[n] += receiveEnergy[n]
    }
    energy += clientEnergy[n]
  }
  const time = turn ? timeInTurns(assignment, turn, clientTime) : slowestOf(assignment, clientTime)
  const waitingEnergy = waitingEnergyOf(network, { time, clientTime, clientEnergy })
  const servers =
    consumption &&
    serverEnergyOf(
      network,
      consumption,
      links ?? linksOf(network, decision),
      edgeFlopsOf(network, decision),
      (n) => downlinkTime[n],
    )
  const cost = systemCost(weights, time, energy)
  return {
    time,
    energy,
    cost: prices ? cost + pricesOf(network, decision, clientEnergy, () => false) : cost,
    uplinkRate,
    downlinkRate,
    headTime,
    uplinkTime,
    edgeTime,
    downlinkTime,
    clientTime,
    headEnergy,
    uplinkEnergy,
    clientEnergy,
    ...(receiveEnergy && { receiveEnergy }),
    ...(waitingEnergy && { waitingEnergy }),
    ...(servers && { servers }),
  }
}

/** Eq. (17): the slowest of those who take part, s. */
function slowestOf(assignment: Assignment, clientTime: Float64Array): number {
  let time = 0
  for (let n = 0; n < clientTime.length; n++)
    if (assignment[n] !== SITS_OUT) time = Math.max(time, clientTime[n])
  return time
}

/** The same of those who take part together, turn after turn. */
function timeInTurns(assignment: Assignment, turn: Int32Array, clientTime: Float64Array): number {
  const slowest = new Map<number, number>()
  for (let n = 0; n < clientTime.length; n++)
    if (assignment[n] !== SITS_OUT) slowest.set(turn[n], Math.max(slowest.get(turn[n]) ?? 0, clientTime[n]))
  let time = 0
  for (const seconds of slowest.values()) time += seconds
  return time
}

/** What each server computes in a round, FLOPs, length M. */
function edgeFlopsOf(network: RoundNetwork, decision: Decision): Float64Array {
  const flops = new Float64Array(network.servers)
  for (const [n, slot] of decision.assignment.entries())
    if (slot !== SITS_OUT) flops[serverOf(slot, network.channels)] += edgeWorkOf(network, n, decision)
  return flops
}

/** What a transmitter takes for so long, J: what is on the air over its amplifier's efficiency, and its circuits. */
export function transmitEnergy(
  { amplifierEfficiency, circuitW }: NetworkParameters,
  client: number,
  airW: number,
  seconds: number,
): number {
  const amplified = amplifierEfficiency ? airW / amplifierEfficiency[client] : airW
  const watts = circuitW ? amplified + circuitW[client] : amplified
  return watts === 0 ? 0 : watts * seconds
}

/** What a receiver takes for so long, J. */
export const receivingEnergy = ({ receiveW }: NetworkParameters, client: number, seconds: number): number => {
  const watts = receiveW?.[client] ?? 0
  return watts === 0 ? 0 : watts * seconds
}
