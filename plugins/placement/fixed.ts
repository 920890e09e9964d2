import { definePlugin, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'placement',
  name: 'fixed',
  summary: 'at the positions given in the scenario',
  options: Type.Object(
    {
      positions: Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), {
        minItems: 1,
        description: 'one [x, y] a node, m from the lower left corner',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ positions }) => ({
    capacity: positions.length,
    position: ({ index }) => ({ x: positions[index][0], y: positions[index][1] }),
  }),
})
