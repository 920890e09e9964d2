import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'placement',
  name: 'grid',
  summary: 'at the centres of a grid of cells that covers the area, row by row',
  options: Type.Object(
    {
      columns: Type.Optional(
        Type.Integer({
          minimum: 1,
          description: 'cells a row; by default as square a grid as the count allows',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  create: (options) => ({
    position: ({ index, count, area }) => {
      const columns = options.columns ?? Math.ceil(Math.sqrt((count * area.widthM) / area.heightM))
      const rows = Math.ceil(count / columns)
      return {
        x: (((index % columns) + 0.5) * area.widthM) / columns,
        y: ((Math.floor(index / columns) + 0.5) * area.heightM) / rows,
      }
    },
  }),
})
