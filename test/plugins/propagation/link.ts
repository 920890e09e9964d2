import { RandomStreams } from '../../../core/kernel/index.js'
import type { Propagation } from '../../../core/plugin/index.js'

/** A link of that length as a propagation plugin is given it. */
export function linkOf(
  distanceM: number,
  { client = 0, server = 0, draw = 0 } = {},
): Parameters<Propagation['meanGain']>[0] {
  return {
    client,
    server,
    clientPosition: { x: distanceM, y: 0 },
    serverPosition: { x: 0, y: 0 },
    distanceM,
    random: new RandomStreams('propagation').stream('link', draw),
  }
}

export const lossDb = (gain: number): number => -10 * Math.log10(gain)
