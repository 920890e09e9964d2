import { type Aggregator, Type } from '../../../core/plugin/index.js'
import { ofChange } from './running-sum.js'
import { sampleShares } from './weighted-mean.js'

/** What the adaptive server optimisers of Reddi et al. (2021), Algorithm 2, take. */
export interface AdaptiveOptions {
  readonly learningRate: number
  readonly beta1: number
  readonly adaptivity: number
}

/** Their options; `beta1` as the paper sets it for each. */
export const adaptiveOptions = (beta1: number) => ({
  learningRate: Type.Number({ default: 0.01, exclusiveMinimum: 0, description: 'of the server, η' }),
  beta1: Type.Number({
    default: beta1,
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'how long the mean change is remembered, β₁',
  }),
  adaptivity: Type.Number({
    default: 1e-3,
    exclusiveMinimum: 0,
    description: 'least size of a change that is scaled, τ; the second moment starts at τ²',
  }),
})

/** The option of those whose second moment forgets. */
export const beta2 = Type.Number({
  default: 0.99,
  minimum: 0,
  exclusiveMaximum: 1,
  description: 'how long its square is remembered, β₂',
})

/** Renews the second moment in place, given the mean change. */
export type SecondMoment = (moment: Float32Array, change: Float32Array) => void

/** m ← β₁m + (1 − β₁)Δ, v as `renew` says, x ← x + ηm / (√v + τ). */
export function adaptiveServer(options: AdaptiveOptions, renew: SecondMoment): Aggregator {
  const { learningRate, beta1, adaptivity } = options
  let first = new Float32Array(0)
  let second = new Float32Array(0)
  return {
    ...ofChange(sampleShares, (start, change) => {
      if (first.length !== start.length) {
        first = new Float32Array(start.length)
        second = new Float32Array(start.length).fill(adaptivity * adaptivity)
      }
      for (let i = 0; i < first.length; i++) first[i] = beta1 * first[i] + (1 - beta1) * change[i]
      renew(second, change)
      const next = new Float32Array(start.length)
      for (let i = 0; i < next.length; i++)
        next[i] = start[i] + (learningRate * first[i]) / (Math.sqrt(second[i]) + adaptivity)
      return next
    }),
    save: (): Record<string, Float32Array> =>
      first.length > 0 ? { first: first.slice(), second: second.slice() } : {},
    restore(state) {
      first = Float32Array.from(state.first ?? [])
      second = Float32Array.from(state.second ?? [])
    },
  }
}
