import type { Access, RoundNetwork } from '../../../core/plugin/index.js'

/** Four clients that share one slot of 1 MHz at N0 = -174 dBm/Hz, 10 mW and 28,100 bits each, processors of 1 GHz. */
export function commonInstance(access: Access, gain = [1e-9, 3e-10, 1e-10, 3e-11]): RoundNetwork {
  const filled = (value: number) => new Float64Array(4).fill(value)
  const gains = Float64Array.from(gain)
  return {
    clients: 4,
    servers: 1,
    channels: 1,
    access,
    bandwidthHz: 1e6,
    noiseW: (10 ** -17.4 / 1000) * 1e6,
    clientPowerW: filled(0.01),
    clientSamples: filled(0),
    clientFlops: filled(0),
    clientJoulesPerSample: filled(0),
    clientCycles: Float64Array.of(1e7, 2e7, 1.5e7, 0.5e7),
    clientClockHz: filled(1e9),
    switchedCapacitance: filled(1e-28),
    bitsPerRound: { uplink: filled(28_100), downlink: filled(0) },
    serverPowerW: Float64Array.of(1),
    serverFlops: Float64Array.of(0),
    load: { headFlops: 0, bodyFlops: 0, uplinkBits: 0, downlinkBits: 0 },
    weights: { latency: 0.5, energy: 0.5 },
    uplinkGain: gains,
    downlinkGain: gains,
    meanGain: gains,
  }
}
