import type { Present } from '../../../core/plugin/index.js'

/** Replaces each gain of a client, both ways, by a function of itself, its link (N×M) and its place in the arrays (K×N×M). */
export function replaceGains(
  { uplinkGain, downlinkGain, meanGain, places }: Present,
  client: number,
  by: (gain: number, link: number, at: number, direction: 0 | 1) => number,
): void {
  const clients = places.length
  const servers = meanGain.length / clients
  const channels = uplinkGain.length / meanGain.length
  const reciprocal = uplinkGain === downlinkGain
  for (let channel = 0; channel < channels; channel++)
    for (let server = 0; server < servers; server++) {
      const link = client * servers + server
      const at = (channel * clients + client) * servers + server
      uplinkGain[at] = by(uplinkGain[at], link, at, 0)
      if (!reciprocal) downlinkGain[at] = by(downlinkGain[at], link, at, 1)
    }
}
