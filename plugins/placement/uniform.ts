import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'placement',
  name: 'uniform',
  summary: 'uniformly at random over the area',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    position: ({ area, random }) => ({
      x: random.uniform(0, area.widthM),
      y: random.uniform(0, area.heightM),
    }),
  }),
})
