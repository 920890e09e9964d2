import { definePlugin, Type } from '../../core/plugin/index.js'
import { gridOptions, hexagonalSites, middleOf, placeInCell } from './shared/hexagons.js'

export default definePlugin({
  kind: 'placement',
  name: 'hexagonal-cells',
  summary: 'uniformly over the cells of a hexagonal grid of sites, no nearer to a site than is said',
  options: Type.Object(
    {
      ...gridOptions,
      minimumDistanceM: Type.Number({
        default: 10,
        minimum: 0,
        'x-unit': 'm',
        description: 'least distance from the site of the cell along the ground, m; less than half of theirs',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ rings, siteDistanceM, minimumDistanceM }) => {
    const sites = hexagonalSites(rings, siteDistanceM)
    if (!(minimumDistanceM < siteDistanceM / 2))
      throw new Error(
        `expected minimumDistanceM below ${siteDistanceM / 2} m, half the distance of sites, found ${minimumDistanceM}`,
      )
    return {
      position: ({ area, random }) => {
        const site = sites[random.integer(sites.length)]
        const { x, y } = middleOf(area)
        for (;;) {
          const inCell = placeInCell(siteDistanceM, () => random.next())
          if (Math.hypot(inCell.x, inCell.y) < minimumDistanceM) continue
          return { x: x + site.x + inCell.x, y: y + site.y + inCell.y }
        }
      },
    }
  },
})
