import { definePlugin, Type } from '../../core/plugin/index.js'
import { gridOptions, hexagonalCopies, hexagonalSites, middleOf } from './shared/hexagons.js'

export default definePlugin({
  kind: 'placement',
  name: 'hexagonal',
  summary: 'sites of a hexagonal grid about the middle of the area, ring by ring; two rings are 19 sites',
  options: Type.Object(
    {
      ...gridOptions,
      wrapAround: Type.Boolean({
        default: false,
        description:
          'whether six copies of the layout stand around it, so that no site has an edge: links go to the nearest copy',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ rings, siteDistanceM, wrapAround }) => {
    const sites = hexagonalSites(rings, siteDistanceM)
    return {
      capacity: sites.length,
      position: ({ index, area }) => {
        const { x, y } = middleOf(area)
        return { x: x + sites[index].x, y: y + sites[index].y }
      },
      ...(wrapAround && { copies: () => hexagonalCopies(rings, siteDistanceM) }),
    }
  },
})
