import type { RoundNetwork } from '../network/round-network.js'

/** What networks are compared by: of every client at the server that it hears best, all others of the channel on the air. */
export interface Measures {
  /** Sent over received power, antennas included, dB. */
  readonly couplingLossDb: Float64Array
  /** Signal over the power of all other servers, dB. */
  readonly sirDb: Float64Array
  /** The same with noise, dB. */
  readonly sinrDb: Float64Array
}

/** Their names, in the order in which they are shown, with what they are called. */
export const measures = {
  couplingLossDb: 'coupling loss',
  sirDb: 'geometry SIR',
  sinrDb: 'geometry SINR',
} as const satisfies Readonly<Record<keyof Measures, string>>

/** Downlinks of so many clients at least, over as many networks as that takes, by mean gains: no fading. */
export async function measureDownlinks(
  draw: (drop: number) => Promise<RoundNetwork>,
  samples: number,
): Promise<Measures> {
  const couplingLossDb: number[] = []
  const sirDb: number[] = []
  const sinrDb: number[] = []
  for (let drop = 0; couplingLossDb.length < samples; drop++) {
    const network = await draw(drop)
    for (let client = 0; client < network.clients; client++) {
      const { gain, signal, others } = bestServer(network, client)
      couplingLossDb.push(-10 * Math.log10(gain))
      sirDb.push(10 * Math.log10(signal / others))
      sinrDb.push(10 * Math.log10(signal / (others + network.noiseW)))
    }
  }
  return {
    couplingLossDb: Float64Array.from(couplingLossDb).sort(),
    sirDb: Float64Array.from(sirDb).sort(),
    sinrDb: Float64Array.from(sinrDb).sort(),
  }
}

function bestServer({ servers, serverPowerW, meanGain }: RoundNetwork, client: number) {
  let total = 0
  let signal = 0
  let gain = 0
  for (let server = 0; server < servers; server++) {
    const own = meanGain[client * servers + server]
    const received = serverPowerW[server] * own
    total += received
    if (received <= signal) continue
    signal = received
    gain = own
  }
  return { gain, signal, others: total - signal }
}

/** The value that so many percent lie below, of sorted values, linear between two. */
export function percentile(sorted: Float64Array, percent: number): number {
  const at = (percent / 100) * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (at - below) * (sorted[above] - sorted[below])
}
