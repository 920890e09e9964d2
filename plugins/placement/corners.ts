import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'placement',
  name: 'corners',
  summary: 'one at each corner of the area, as the servers of Section VI-A; at most four',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    capacity: 4,
    // Opposite corners first, so that two stand as far apart as they can.
    position: ({ index, area }) => ({
      x: index === 0 || index === 3 ? 0 : area.widthM,
      y: index === 0 || index === 2 ? 0 : area.heightM,
    }),
  }),
})
