import { log2OnePlus } from '../../../core/plugin/index.js'
import type { Requests } from './requests.js'

/** Numbers that describe a candidate. */
export const FEATURES = 32

/**
 * Writes the features of the candidates of the first request at hand, candidates×FEATURES, from row `row` on.
 *
 * Everything is a ratio or a logarithm of one, so that it means the same at any N, M and K.
 */
export function writeFeatures(requests: Requests, features: Float32Array, row: number): void {
  const { board, candidates, outlook, plan, client, projectedCost, projectedTime, made, count } = requests
  const { needs } = requests.game
  const { servers, channels, clients, parameters, gains, occupant } = board
  const { uplinkGain, downlinkGain, meanGain, crossGainsKnown } = gains
  const { serverPowerW, noiseW, weights } = parameters
  const rest = count - made - 1
  let free = 0
  for (let m = 0; m < servers; m++) free += channels - board.serverClients[m]
  let bestMean = 0
  for (let m = 0; m < servers; m++) bestMean = Math.max(bestMean, meanGain[client * servers + m])
  const energyShare = (weights.energy * (board.totalEnergy() + needs.energy[made])) / projectedCost
  const boardTime = board.time() / projectedTime
  const restTime = needs.time[made + 1] / projectedTime
  const idealTime = needs.aloneTime[client] / projectedTime

  for (let i = 0; i < candidates.count; i++) {
    const slot = candidates.slots[i]
    const action = candidates.actions[i]
    const power = candidates.powerOf(i)
    const m = Math.floor(slot / channels)
    const k = slot % channels
    const own = (k * clients + client) * servers
    let leakTaken = 0
    let leakFree = 0
    let onChannel = 0
    let worstTime = 0
    let worstEnergy = 0
    for (let other = 0; other < servers; other++) {
      if (other === m) continue
      const leak = power * uplinkGain[own + other]
      const victim = occupant[other * channels + k]
      if (victim === -1) {
        leakFree += leak / noiseW
        continue
      }
      onChannel++
      leakTaken += leak / board.serverNoise[k * servers + other]
      // What if the server that becomes active is heard three times as loud there as the mean says?
      const cross = crossGainsKnown
        ? downlinkGain[(k * clients + victim) * servers + m]
        : 3 * meanGain[victim * servers + m]
      const up = board.uplinkTime(victim, other, k, leak)
      const down = board.downlinkTime(victim, serverPowerW[m] * cross)
      worstTime = Math.max(worstTime, board.headTime[victim] + up + down + board.edgeTime[other])
      worstEnergy += board.energyOf(victim, up, down) - board.energy[victim]
    }
    const at = (row + i) * FEATURES
    const cost = candidates.cost[i]
    const ownTime = candidates.ownTime[action]
    const serverFree = channels - board.serverClients[m]
    features[at] = logarithm(cost / projectedCost)
    features[at + 1] = 4 * logarithm(cost / candidates.cost[0])
    features[at + 2] = logarithm(ownTime / projectedTime)
    features[at + 3] = bounded(
      (weights.latency * (candidates.timeAfter[action] - projectedTime)) / projectedCost,
    )
    features[at + 4] = decades(candidates.ownUplinkSinr[action])
    features[at + 5] = decades(candidates.ownDownlinkSinr[action])
    features[at + 6] = decades((power * uplinkGain[own + m]) / noiseW)
    features[at + 7] = decades((serverPowerW[m] * downlinkGain[own + m]) / noiseW)
    features[at + 8] = log2OnePlus(leakTaken) / 4
    features[at + 9] = log2OnePlus(leakFree) / 8
    features[at + 10] = bounded(candidates.victimTime[action] / projectedTime)
    features[at + 11] = bounded((4 * weights.energy * candidates.victimEnergy[action]) / projectedCost)
    features[at + 12] = onChannel / Math.max(1, servers - 1)
    features[at + 13] = serverFree / channels
    features[at + 14] = rest === 0 ? 0 : outlook.demand[(made + 1) * servers + m] / channels
    features[at + 15] = (serverFree - plan.expected[m]) / channels
    features[at + 16] = plan.server[client] === m ? 1 : 0
    features[at + 17] = decades(meanGain[client * servers + m] / bestMean)
    features[at + 18] = decades(uplinkGain[own + m] / meanGain[client * servers + m])
    features[at + 19] = rest === 0 ? 0 : outlook.exposure[(made + 1) * servers + m] / rest / 8
    features[at + 20] = rest / clients
    features[at + 21] = count / (servers * channels)
    features[at + 22] = rest / Math.max(1, free)
    features[at + 23] = i / requests.shortlist
    features[at + 24] = bounded(worstTime / projectedTime)
    features[at + 25] = bounded((4 * weights.energy * worstEnergy) / projectedCost)
    features[at + 26] = logarithm(ownTime / needs.aloneTime[client])
    features[at + 27] = boardTime
    features[at + 28] = energyShare
    features[at + 29] = bounded((4 * weights.energy * candidates.ownEnergy[action]) / projectedCost)
    features[at + 30] = restTime
    features[at + 31] = idealTime
  }
}

/** log₁₀, from -4 to 4. */
const decades = (ratio: number): number => Math.max(-4, Math.min(4, Math.log10(Math.max(ratio, 1e-4)))) / 2

/** Natural logarithm, from -4 to 4. */
const logarithm = (ratio: number): number => Math.max(-4, Math.min(4, Math.log(Math.max(ratio, 1e-4))))

/** From 0 to 4, and close to 4 for whatever is large. */
const bounded = (value: number): number => Math.max(-1, Math.min(4, value))
