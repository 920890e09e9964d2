import { definePlugin, Type } from '../../core/plugin/index.js'
import { greedyAssignment, utilitySchema } from './greedy.js'

export default definePlugin({
  kind: 'scheduler',
  name: 'hardest-first',
  summary: 'greedy in the order hardest-first: clients by increasing best mean gain, each its best slot',
  tier: 'twin',
  decidesAt: ['round', 'ask'],
  options: Type.Object({ utility: utilitySchema }, { additionalProperties: false }),
  create: ({ utility }) => ({ decide: (view) => greedyAssignment(view, 'hardest-first', utility) }),
})
