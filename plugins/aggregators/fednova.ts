import { definePlugin, type ModelUpdate, Type } from '../../core/plugin/index.js'
import { moved, sampleShares, weightedChange } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'fednova',
  summary: 'changes are normalised by the steps they took, then averaged by samples (Wang et al., 2020)',
  options: Type.Object(
    {
      localMomentum: Type.Number({
        default: 0,
        minimum: 0,
        exclusiveMaximum: 1,
        description: "momentum ρ of the contributors' own optimiser, where it is SGD with momentum",
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ localMomentum }) => ({
    violationOfOptimiser({ kind, momentum = 0 }) {
      if (kind === 'sgd' && localMomentum === 0) return undefined
      if (kind === 'momentum' && localMomentum === momentum) return undefined
      if (kind === 'momentum')
        return `counts the gradients that momentum repeats; expected localMomentum ${momentum}, as the optimiser has it, found ${localMomentum}`
      if (localMomentum === 0) return undefined
      return `has localMomentum ${localMomentum}, which is that of optimiser momentum; expected 0 with ${kind}`
    },
    aggregate(start, updates) {
      const shares = sampleShares(updates)
      const lengths = updates.map((update) => accumulated(update, localMomentum))
      const effective = lengths.reduce((sum, length, k) => sum + shares[k] * length, 0)
      const normalised = shares.map((share, k) => (lengths[k] > 0 ? share / lengths[k] : 0))
      return moved(start, weightedChange(start, updates, normalised), effective)
    },
  }),
})

/** ‖a‖₁: how many gradients τ steps add up to, those that momentum repeats included. */
const accumulated = ({ steps }: ModelUpdate, momentum: number): number =>
  (steps - (momentum * (1 - momentum ** steps)) / (1 - momentum)) / (1 - momentum)
