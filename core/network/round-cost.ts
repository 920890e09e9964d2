import { type Assignment, SITS_OUT, serverOf } from './assignment.js'
import { asDecision, type Decision, settled } from './decision.js'
import { pricesOf } from './prices.js'
import { spectralEfficiency } from './rate-curve.js'
import { linksOf, noisesOf, type RoundLinks } from './round-links.js'
import { type CostWeights, gainIndex, type NetworkParameters, type RoundNetwork } from './round-network.js'
import {
  downlinkBitsOf,
  edgeWorkIsUniform,
  edgeWorkOf,
  headEnergyOf,
  headTimeOf,
  samplesOf,
  uplinkBitsOf,
} from './round-work.js'
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
  const { clients, weights, prices } = network
  const decision = settled(network, asDecision(decided))
  const { assignment } = decision
  const links = linksOf(network, decision)
  const perClient = () => new Float64Array(clients).fill(Number.NaN)
  const result = {
    ...ratesOf(network, decision, links, perClient),
    headTime: perClient(),
    uplinkTime: perClient(),
    edgeTime: edgeTimesOf(network, decision, perClient()),
    downlinkTime: perClient(),
    clientTime: perClient(),
    headEnergy: perClient(),
    uplinkEnergy: perClient(),
    clientEnergy: perClient(),
  }
  const receiveEnergy = network.receiveW && perClient()
  const turnTime = new Map<number, number>()
  let energy = 0
  for (let n = 0; n < clients; n++) {
    if (assignment[n] === SITS_OUT) continue
    result.headTime[n] = headTimeOf(network, n, decision)
    result.uplinkTime[n] = transferTime(uplinkBitsOf(network, n, decision), result.uplinkRate[n])
    result.downlinkTime[n] = transferTime(downlinkBitsOf(network, n, decision), result.downlinkRate[n])
    result.clientTime[n] =
      result.headTime[n] + result.uplinkTime[n] + result.edgeTime[n] + result.downlinkTime[n]
    result.headEnergy[n] = headEnergyOf(network, n, decision)
    result.uplinkEnergy[n] = transmitEnergy(network, n, result.airW[n], result.uplinkTime[n])
    result.clientEnergy[n] = result.headEnergy[n] + result.uplinkEnergy[n]
    if (receiveEnergy) {
      receiveEnergy[n] = receivingEnergy(network, n, result.downlinkTime[n])
      result.clientEnergy[n] += receiveEnergy[n]
    }
    const turn = decision.turn?.[n] ?? 0
    turnTime.set(turn, Math.max(turnTime.get(turn) ?? 0, result.clientTime[n]))
    energy += result.clientEnergy[n]
  }
  // Eq. (17): the slowest of those who take part together, turn after turn.
  let time = 0
  for (const seconds of turnTime.values()) time += seconds
  const { airW: _, ...perClientResult } = result
  const waitingEnergy = waitingEnergyOf(network, { time, ...perClientResult })
  const { serverConsumption: consumption } = network
  const servers =
    consumption &&
    serverEnergyOf(network, consumption, links, edgeFlopsOf(network, decision), (n) => result.downlinkTime[n])
  return {
    time,
    energy,
    cost: prices
      ? systemCost(weights, time, energy) + pricesOf(network, decision, result.clientEnergy, () => false)
      : systemCost(weights, time, energy),
    ...perClientResult,
    ...(receiveEnergy && { receiveEnergy }),
    ...(waitingEnergy && { waitingEnergy }),
    ...(servers && { servers }),
  }
}

/** Rates of each client, eqs. (9) and (14), bit/s, summed over its links, and its power on the air, W. */
function ratesOf(
  network: RoundNetwork,
  decision: Decision,
  links: RoundLinks,
  perClient: () => Float64Array,
) {
  const { bandwidthHz, rate } = network
  const { uplinkW, downlinkW } = noisesOf(network, decision, links)
  const [uplinkRate, downlinkRate, airW] = [perClient(), perClient(), perClient()]
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
  return { uplinkRate, downlinkRate, airW }
}

/** Edge computing, eq. (7), s: all of a server's clients of a turn share it and wait for all, or each has its decided share. */
function edgeTimesOf(network: RoundNetwork, decision: Decision, edgeTime: Float64Array): Float64Array {
  const { clients, servers, channels, load, serverFlops } = network
  const { assignment } = decision
  const uniform = edgeWorkIsUniform(decision)
  // A place is a server in a turn.
  const turns = [...new Set(decision.turn ?? [0])]
  const work = new Float64Array(turns.length * servers)
  const placeOf = (n: number) =>
    (decision.turn ? turns.indexOf(decision.turn[n]) * servers : 0) + serverOf(assignment[n], channels)
  for (let n = 0; n < clients; n++) {
    if (assignment[n] === SITS_OUT) continue
    // D_n cancels where every sample takes as much.
    const own = uniform ? samplesOf(network, n, decision) : edgeWorkOf(network, n, decision)
    work[placeOf(n)] += own
  }
  for (let n = 0; n < clients; n++) {
    if (assignment[n] === SITS_OUT) continue
    const flops = serverFlops[serverOf(assignment[n], channels)]
    if (decision.edgeShare) {
      const own = edgeWorkOf(network, n, decision)
      edgeTime[n] = own === 0 ? 0 : own / (decision.edgeShare[n] * flops)
      continue
    }
    const together = work[placeOf(n)]
    const total = uniform ? (load.bodyFlops === 0 ? 0 : load.bodyFlops * together) : together
    edgeTime[n] = total === 0 ? 0 : total / flops
  }
  return edgeTime
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

/** Nothing to send takes no time, whatever the rate. */
const transferTime = (bits: number, rate: number): number => (bits === 0 ? 0 : bits / rate)
