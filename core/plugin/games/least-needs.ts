import { spectralEfficiency } from '../../network/rate-curve.js'
import { systemCost } from '../../network/round-cost.js'
import { gainIndex, type RoundNetwork } from '../../network/round-network.js'

/**
 * What each client needs at least in a round: alone in the network, in its best slot each way at the server of least
 * λT + μE.
 */
export class LeastNeeds {
  /** s, length N. */
  readonly seconds: Float64Array
  /** J, length N. */
  readonly joules: Float64Array

  constructor(network: RoundNetwork) {
    const { clients, servers, load, bandwidthHz, noiseW, weights, rate } = network
    this.seconds = new Float64Array(clients)
    this.joules = new Float64Array(clients)
    const seconds = (bits: number, signal: number) =>
      bits === 0 ? 0 : bits / (bandwidthHz * spectralEfficiency(rate, signal / noiseW))
    for (let n = 0; n < clients; n++) {
      const samples = network.clientSamples[n]
      const head = load.headFlops === 0 ? 0 : (samples * load.headFlops) / network.clientFlops[n]
      const headJoules = samples * network.clientJoulesPerSample[n]
      let least = Number.POSITIVE_INFINITY
      for (let m = 0; m < servers; m++) {
        const edge = load.bodyFlops === 0 ? 0 : (samples * load.bodyFlops) / network.serverFlops[m]
        const up = seconds(
          samples * load.uplinkBits,
          network.clientPowerW[n] * bestGain(network, network.uplinkGain, n, m),
        )
        const down = seconds(
          samples * load.downlinkBits,
          network.serverPowerW[m] * bestGain(network, network.downlinkGain, n, m),
        )
        const time = head + up + edge + down
        const joules = headJoules + network.clientPowerW[n] * up
        const cost = systemCost(weights, time, joules)
        if (!(cost < least) && m > 0) continue
        least = cost
        this.seconds[n] = time
        this.joules[n] = joules
      }
    }
  }
}

function bestGain(network: RoundNetwork, gain: Float64Array, client: number, server: number): number {
  let best = 0
  for (let k = 0; k < network.channels; k++)
    best = Math.max(best, gain[gainIndex(network, client, server, k)])
  return best
}
