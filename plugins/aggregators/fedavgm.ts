import { definePlugin, Type } from '../../core/plugin/index.js'
import { ofChange } from './shared/running-sum.js'
import { moved, sampleShares } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'fedavgm',
  summary: 'momentum at the server on the mean change (Hsu, Qi and Brown, 2019)',
  options: Type.Object(
    {
      momentum: Type.Number({
        default: 0.9,
        minimum: 0,
        exclusiveMaximum: 1,
        description: 'share of the last step that is kept, β',
      }),
      learningRate: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'of the server, η' }),
    },
    { additionalProperties: false },
  ),
  create: ({ momentum, learningRate }) => {
    let velocity: Float32Array | undefined
    return {
      ...ofChange(sampleShares, (start, step) => {
        if (velocity) for (let i = 0; i < step.length; i++) step[i] += momentum * velocity[i]
        velocity = step
        return moved(start, step, learningRate)
      }),
      save: (): Record<string, Float32Array> => (velocity ? { velocity: velocity.slice() } : {}),
      restore(state) {
        velocity = state.velocity?.slice()
      },
    }
  },
})
