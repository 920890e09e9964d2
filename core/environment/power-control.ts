import { power } from '../kernel/power.js'
import type { NetworkParameters } from '../network/round-network.js'

/** Open-loop fractional power control. */
export interface PowerControl {
  /** P0, W. */
  readonly targetW: number
  /** α, from 0 to 1. */
  readonly compensation: number
}

/**
 * Powers that clients send with, W, length N: P0 / g^α, g the mean gain of the server that they hear best, and no more than they
 * have (3GPP TS 38.213, 7.1.1, without the terms of closed loops).
 */
export function controlledPowers(
  { targetW, compensation }: PowerControl,
  { clients, servers, clientPowerW }: NetworkParameters,
  meanGain: Float64Array,
): Float64Array {
  const powers = new Float64Array(clients)
  for (let client = 0; client < clients; client++) {
    let best = 0
    for (let server = 0; server < servers; server++)
      best = Math.max(best, meanGain[client * servers + server])
    powers[client] = Math.min(clientPowerW[client], targetW / power(best, compensation))
  }
  return powers
}
