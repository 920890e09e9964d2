import { definePlugin, Type } from '../../core/plugin/index.js'
import { equalShares, moved, sampleShares, weightedChange } from './shared/weighted-mean.js'

const CLIENT_CONTROL = 'control/'

export default definePlugin({
  kind: 'aggregator',
  name: 'scaffold',
  summary: 'control variates take the drift out of local steps, option II (Karimireddy et al., 2020)',
  options: Type.Object(
    {
      learningRate: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'of the server, η_g' }),
      weighting: Type.Enum(['equal', 'samples'], {
        default: 'equal',
        description: 'whether contributors count alike, as in the paper, or by their samples, as in fedavg',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ learningRate, weighting }) => {
    /** c, the mean of all contributors' own, those that never took part counting as 0. */
    let control: Float32Array | undefined
    let own = new Map<number, Float32Array>()
    /** What ended its local training since the last aggregation. */
    const renewed = new Map<number, { control: Float32Array; contributors: number }>()
    const sharesOf = weighting === 'equal' ? equalShares : sampleShares
    return {
      violationOfOptimiser: ({ kind }) =>
        kind === 'sgd'
          ? undefined
          : `takes the way of plain gradient steps for their sum (option II); expected optimiser sgd, found ${kind}`,
      correct(gradient, _, { contributor }) {
        const mine = own.get(contributor)
        if (control) for (let i = 0; i < gradient.length; i++) gradient[i] += control[i]
        if (mine) for (let i = 0; i < gradient.length; i++) gradient[i] -= mine[i]
      },
      // c_i ← c_i − c + (x − y_i) / Kη, which is the mean of the gradients along the way.
      localEnd({ contributor, weights, steps }, { start, learningRate: localRate, contributors }) {
        if (steps === 0) return
        const next = own.get(contributor)?.slice() ?? new Float32Array(start.length)
        const scale = 1 / (steps * localRate)
        for (let i = 0; i < next.length; i++)
          next[i] += scale * (start[i] - weights[i]) - (control ? control[i] : 0)
        renewed.set(contributor, { control: next, contributors })
      },
      // Only who is aggregated counts: what was lost on the way leaves no trace in c either.
      aggregate(start, updates) {
        control ??= new Float32Array(start.length)
        for (const { contributor } of updates) {
          const ended = renewed.get(contributor)
          if (!ended) continue
          const before = own.get(contributor)
          for (let i = 0; i < control.length; i++)
            control[i] += (ended.control[i] - (before ? before[i] : 0)) / ended.contributors
          own.set(contributor, ended.control)
        }
        renewed.clear()
        return moved(start, weightedChange(start, updates, sharesOf(updates)), learningRate)
      },
      save: () => ({
        ...(control && { control: control.slice() }),
        ...Object.fromEntries([...own].map(([index, mine]) => [`${CLIENT_CONTROL}${index}`, mine.slice()])),
      }),
      restore(state) {
        control = state.control?.slice()
        own = new Map(
          Object.entries(state)
            .filter(([name]) => name.startsWith(CLIENT_CONTROL))
            .map(([name, mine]) => [Number(name.slice(CLIENT_CONTROL.length)), mine.slice()]),
        )
      },
    }
  },
})
