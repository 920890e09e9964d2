import type { Area, Placement, Position } from '../plugin/contracts.js'
import type { RandomSource } from '../plugin/needs.js'

/**
 * Where `count` nodes stand, each by the stream of that name with its index and the epoch; where several share a site, the
 * sites are placed.
 */
export function placeNodes(
  placement: Placement,
  count: number,
  area: Area,
  drawn: { readonly random: RandomSource; readonly stream: string; readonly epoch: number },
  perSite = 1,
): Position[] {
  const sites = Array.from({ length: count / perSite }, (_, index) => {
    const random = drawn.random.stream(drawn.stream, index, drawn.epoch)
    return placement.position({ index, count: count / perSite, area, random })
  })
  return perSite === 1 ? sites : Array.from({ length: count }, (_, node) => sites[Math.floor(node / perSite)])
}
