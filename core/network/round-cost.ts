import { type Assignment, channelOf, SITS_OUT, serverOf } from './assignment.js'
import { spectralEfficiency } from './rate-curve.js'
import { type CostWeights, gainIndex, type NetworkParameters, type RoundNetwork } from './round-network.js'

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
  /** λ T_r + μ Σ_n E_{n,r}, eq. (19a). */
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
  /** E_n, eq. (18), J. */
  readonly clientEnergy: Float64Array
  /**
   * J spent waiting for the slowest, `waitingEnergyOf`: charged to energy budgets (C2), and no part of eq. (18), so neither
   * of `energy` nor of `cost`; absent where waiting takes none.
   */
  readonly waitingEnergy?: Float64Array
}

/** λT + μΣE, eq. (19a), of a time, s, and an energy, J: what has no weight counts for nothing, even without end. */
export function systemCost({ latency, energy }: CostWeights, seconds: number, joules: number): number {
  const cost = latency * seconds + energy * joules
  if (!Number.isNaN(cost)) return cost
  return (latency === 0 ? 0 : latency * seconds) + (energy === 0 ? 0 : energy * joules)
}

/** Local computing of a client, eq. (5), s; none where there is no load. */
export const headTimeOf = (network: NetworkParameters, client: number): number =>
  network.load.headFlops === 0
    ? 0
    : (network.clientSamples[client] * network.load.headFlops) / network.clientFlops[client]

/** Edge computing at a server that holds so many samples, eq. (7), s: D_n cancels, so all its clients share it. */
const edgeTimeOf = (network: RoundNetwork, server: number, samples: number): number =>
  network.load.bodyFlops === 0 ? 0 : (network.load.bodyFlops * samples) / network.serverFlops[server]

/** Energy of a client's local computing, eq. (6), J. */
export const headEnergyOf = (network: NetworkParameters, client: number): number =>
  network.clientSamples[client] * network.clientJoulesPerSample[client]

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
 * Cost of a round by eqs. (5)-(18), written as the paper writes them.
 *
 * This is the reference: it accepts assignments that break C5 (their interference is the price) and is what
 * a run charges. Schedulers that try many assignments use `Evaluator`, which agrees with it.
 */
export function evaluateRound(network: RoundNetwork, assignment: Assignment): RoundCost {
  const { clients, servers, channels, load, weights } = network
  const perClient = () => new Float64Array(clients).fill(Number.NaN)
  const result = {
    uplinkRate: perClient(),
    downlinkRate: perClient(),
    headTime: perClient(),
    uplinkTime: perClient(),
    edgeTime: perClient(),
    downlinkTime: perClient(),
    clientTime: perClient(),
    headEnergy: perClient(),
    uplinkEnergy: perClient(),
    clientEnergy: perClient(),
  }
  const serverSamples = new Float64Array(servers)
  const onChannel: number[][] = Array.from({ length: channels }, () => [])
  for (let n = 0; n < clients; n++) {
    if (assignment[n] === SITS_OUT) continue
    serverSamples[serverOf(assignment[n], channels)] += network.clientSamples[n]
    onChannel[channelOf(assignment[n], channels)].push(n)
  }

  let time = 0
  let energy = 0
  for (let n = 0; n < clients; n++) {
    if (assignment[n] === SITS_OUT) continue
    const m = serverOf(assignment[n], channels)
    const k = channelOf(assignment[n], channels)
    let uplinkInterference = 0
    let downlinkInterference = 0
    for (const other of onChannel[k]) {
      if (other === n) continue
      uplinkInterference += network.clientPowerW[other] * network.uplinkGain[gainIndex(network, other, m, k)]
      const otherServer = serverOf(assignment[other], channels)
      downlinkInterference +=
        network.serverPowerW[otherServer] * network.downlinkGain[gainIndex(network, n, otherServer, k)]
    }
    const own = gainIndex(network, n, m, k)
    const uplinkSinr =
      (network.clientPowerW[n] * network.uplinkGain[own]) / (network.noiseW + uplinkInterference)
    const downlinkSinr =
      (network.serverPowerW[m] * network.downlinkGain[own]) / (network.noiseW + downlinkInterference)

    result.uplinkRate[n] = network.bandwidthHz * spectralEfficiency(network.rate, uplinkSinr)
    result.downlinkRate[n] = network.bandwidthHz * spectralEfficiency(network.rate, downlinkSinr)
    result.headTime[n] = headTimeOf(network, n)
    result.uplinkTime[n] = transferTime(network.clientSamples[n] * load.uplinkBits, result.uplinkRate[n])
    result.edgeTime[n] = edgeTimeOf(network, m, serverSamples[m])
    result.downlinkTime[n] = transferTime(
      network.clientSamples[n] * load.downlinkBits,
      result.downlinkRate[n],
    )
    result.clientTime[n] =
      result.headTime[n] + result.uplinkTime[n] + result.edgeTime[n] + result.downlinkTime[n]
    result.headEnergy[n] = headEnergyOf(network, n)
    result.uplinkEnergy[n] = network.clientPowerW[n] * result.uplinkTime[n]
    result.clientEnergy[n] = result.headEnergy[n] + result.uplinkEnergy[n]
    time = Math.max(time, result.clientTime[n])
    energy += result.clientEnergy[n]
  }
  const waitingEnergy = waitingEnergyOf(network, { time, ...result })
  return {
    time,
    energy,
    cost: systemCost(weights, time, energy),
    ...result,
    ...(waitingEnergy && { waitingEnergy }),
  }
}

/** Nothing to send takes no time, whatever the rate. */
const transferTime = (bits: number, rate: number): number => (bits === 0 ? 0 : bits / rate)
