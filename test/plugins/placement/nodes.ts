import { RandomStreams } from '../../../core/kernel/index.js'
import type { Area, Placement, Position } from '../../../core/plugin/index.js'

export const area: Area = { widthM: 600, heightM: 300 }

/** Where a placement puts `count` nodes, each with a stream of its own. */
export function positionsOf(placement: Placement, count: number, over: Area = area): Position[] {
  const streams = new RandomStreams('placement')
  return Array.from({ length: count }, (_, index) =>
    placement.position({ index, count, area: over, random: streams.stream('node', index) }),
  )
}
