/** A common instance: four clients that share 1 MHz, N0 = -174 dBm/Hz, 10 mW each, 28,100 bits, processors of 1 GHz. */
const noiseWPerHz = 10 ** -17.4 / 1000
export const bandwidthHz = 1e6
export const powerW = 0.01
export const bits = 28_100
const gain = [1e-9, 3e-10, 1e-10, 3e-11]
export const cycles = [1e7, 2e7, 1.5e7, 0.5e7]
export const mostClockHz = 1e9

/** σ²/h over the whole band, W. */
export const noiseOverGain = gain.map((h) => (noiseWPerHz * bandwidthHz) / h)

export const slotClients = gain.map((_, i) => ({
  fixedSeconds: cycles[i] / mostClockHz,
  transfers: [{ work: bits / bandwidthHz, sinr: powerW / noiseOverGain[i] }],
}))
