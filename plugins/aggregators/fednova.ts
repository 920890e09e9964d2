import { definePlugin, type ExpectedUpdate, power, Type } from '../../core/plugin/index.js'
import { ofChange } from './shared/running-sum.js'
import { moved, sampleShares } from './shared/weighted-mean.js'

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
    ...ofChange(
      (expected) =>
        sampleShares(expected).map((share, k) => {
          const length = accumulated(expected[k], localMomentum)
          return length > 0 ? share / length : 0
        }),
      (start, change, expected) => {
        const shares = sampleShares(expected)
        const effective = expected.reduce(
          (sum, update, k) => sum + shares[k] * accumulated(update, localMomentum),
          0,
        )
        return moved(start, change, effective)
      },
    ),
  }),
})

/** ‖a‖₁: how many gradients τ steps add up to, those that momentum repeats included. */
const accumulated = ({ steps }: ExpectedUpdate, momentum: number): number =>
  (steps - (momentum * (1 - power(momentum, steps))) / (1 - momentum)) / (1 - momentum)
