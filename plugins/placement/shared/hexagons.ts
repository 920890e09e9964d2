import { type Area, type Position, Type } from '../../../core/plugin/index.js'

/** What a grid of hexagons is drawn by. */
export const gridOptions = {
  rings: Type.Integer({
    default: 2,
    minimum: 0,
    maximum: 100,
    description: 'rings about the middle site',
  }),
  siteDistanceM: Type.Number({
    default: 200,
    exclusiveMinimum: 0,
    'x-unit': 'm',
    description: 'distance of neighbouring sites, m',
  }),
}

/** The site at these steps along the two axes of the grid, which meet at 60°. */
const step = (i: number, j: number, distanceM: number): Position => ({
  x: (i + j / 2) * distanceM,
  y: (j * Math.sqrt(3) * distanceM) / 2,
})

/** Sites of a hexagonal grid around the origin, ring by ring; of a ring, counterclockwise from the right. */
export function hexagonalSites(rings: number, distanceM: number): Position[] {
  const sites: Position[] = [{ x: 0, y: 0 }]
  const directions = [
    [-1, 1],
    [-1, 0],
    [0, -1],
    [1, -1],
    [1, 0],
    [0, 1],
  ] as const
  for (let ring = 1; ring <= rings; ring++) {
    let [i, j] = [ring, 0]
    for (const [di, dj] of directions)
      for (let side = 0; side < ring; side++) {
        sites.push(step(i, j, distanceM))
        i += di
        j += dj
      }
  }
  return sites
}

/** By how much the six copies of such a hexagon of sites are shifted that cover the plane with it. */
export function hexagonalCopies(rings: number, distanceM: number): Position[] {
  const { x, y } = step(rings + 1, rings, distanceM)
  return Array.from({ length: 6 }, (_, sixth) => {
    const [cos, sin] = [Math.cos((sixth * Math.PI) / 3), Math.sin((sixth * Math.PI) / 3)]
    return { x: x * cos - y * sin, y: x * sin + y * cos }
  })
}

/** Uniformly in the cell about the origin: as near to it as to any of the six sites around. */
export function placeInCell(distanceM: number, next: () => number): Position {
  for (;;) {
    const [x, y] = [(next() - 0.5) * distanceM, ((next() - 0.5) * 2 * distanceM) / Math.sqrt(3)]
    const across = Math.abs(x / 2) + (Math.abs(y) * Math.sqrt(3)) / 2
    if (across <= distanceM / 2) return { x, y }
  }
}

export const middleOf = ({ widthM, heightM }: Area): Position => ({ x: widthM / 2, y: heightM / 2 })
