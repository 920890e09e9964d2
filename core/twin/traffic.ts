import { spectralEfficiency } from '../network/rate-curve.js'
import type { RoundNetwork } from '../network/round-network.js'

/** What a synchronisation took of the air. */
export interface Traffic {
  /** Reports that were sent, lost ones too. */
  readonly reports: number
  readonly bits: number
  /** Until the last had been sent, s. */
  readonly seconds: number
  /** What each client spent on it, J, length N; 0 for those that said nothing. */
  readonly joules: Float64Array
}

/** Nobody says anything. */
export const silence = (clients: number): Traffic => ({
  reports: 0,
  bits: 0,
  seconds: 0,
  joules: new Float64Array(clients),
})

/** The channels on which reports go out. */
export interface ControlChannels {
  readonly channels: number
  /** Of each, Hz; null: as wide as the network's. */
  readonly bandwidthHz: number | null
}

/** bit/s at which a client reports: without interference, to the server that it hears best on average. */
export function reportRateOf(
  { servers, clientPowerW, meanGain, noiseW, bandwidthHz, rate }: RoundNetwork,
  client: number,
  control: ControlChannels,
): number {
  let best = 0
  for (let server = 0; server < servers; server++) best = Math.max(best, meanGain[client * servers + server])
  const width = control.bandwidthHz ?? bandwidthHz
  const noise = noiseW * (width / bandwidthHz)
  return width * spectralEfficiency(rate, (clientPowerW[client] * best) / noise)
}

/** What reports of so many bits, length N, take: each in turn goes out on the control channel that is free first. */
export function trafficOf(bits: Float64Array, network: RoundNetwork, control: ControlChannels): Traffic {
  const freeAt = new Float64Array(control.channels)
  const joules = new Float64Array(bits.length)
  let reports = 0
  for (let client = 0; client < bits.length; client++) {
    if (bits[client] === 0) continue
    const seconds = bits[client] / reportRateOf(network, client, control)
    let first = 0
    for (let channel = 1; channel < freeAt.length; channel++)
      if (freeAt[channel] < freeAt[first]) first = channel
    freeAt[first] += seconds
    joules[client] = network.clientPowerW[client] * seconds
    reports++
  }
  return {
    reports,
    bits: bits.reduce((sum, each) => sum + each, 0),
    seconds: freeAt.reduce((most, each) => Math.max(most, each), 0),
    joules,
  }
}
