import { allFinite, definePlugin, type ModelUpdate, Type, UserError } from '../../core/plugin/index.js'
import { squaredDistance, squaredDistances } from './shared/distances.js'
import { sampleShares, weightedSum, weightsOf } from './shared/weighted-mean.js'

export default definePlugin({
  kind: 'aggregator',
  name: 'geometric-median',
  summary: 'least sum of distances, weighted by samples, by smoothed Weiszfeld steps (Pillutla et al., 2022)',
  options: Type.Object(
    {
      iterations: Type.Integer({ default: 100, minimum: 1, description: 'Weiszfeld steps at most' }),
      tolerance: Type.Number({
        default: 1e-7,
        minimum: 0,
        description: 'ends once no share of the mean changes by more',
      }),
      smoothing: Type.Number({
        default: 1e-6,
        exclusiveMinimum: 0,
        description: 'distances count as at least this much, ν',
      }),
    },
    { additionalProperties: false },
  ),
  create: (options) => ({
    aggregate(_, updates) {
      const finite = updates.filter(({ weights }) => allFinite(weights))
      if (finite.length === 0)
        throw new UserError('aggregator "geometric-median": no update is made of finite numbers')
      return weightedSum(weightsOf(finite), medianShares(finite, options))
    },
  }),
})

/** The shares of the updates in their median: it is a mean of them, and only its shares are searched for. */
function medianShares(
  updates: readonly ModelUpdate[],
  { iterations, tolerance, smoothing }: { iterations: number; tolerance: number; smoothing: number },
): Float64Array {
  const given = sampleShares(updates)
  const distancesTo = updates.length < 4 * iterations ? byPairs(updates) : directly(updates)
  let shares = given
  for (let iteration = 0; iteration < iterations; iteration++) {
    const distances = distancesTo(shares)
    const pulls = given.map((share, k) => share / Math.max(smoothing, distances[k]))
    const total = pulls.reduce((sum, pull) => sum + pull, 0)
    const next = pulls.map((pull) => pull / total)
    const change = next.reduce((largest, share, k) => Math.max(largest, Math.abs(share - shares[k])), 0)
    shares = next
    if (change <= tolerance) break
  }
  return shares
}

/** Distances of the updates from a mean of them. */
type Distances = (shares: Float64Array) => Float64Array

/** From the distances of every two: Σ_k s_k·d²_jk − ½ Σ_kl s_k·s_l·d²_kl. */
function byPairs(updates: readonly ModelUpdate[]): Distances {
  const count = updates.length
  const squared = squaredDistances(weightsOf(updates))
  return (shares) => {
    const mean = shares.map((_, j) =>
      shares.reduce((sum, share, k) => sum + share * squared[j * count + k], 0),
    )
    const spread = mean.reduce((sum, distance, j) => sum + shares[j] * distance, 0) / 2
    return mean.map((distance) => Math.sqrt(Math.max(0, distance - spread)))
  }
}

/** By working the mean out: with many updates cheaper than the distances of every two. */
function directly(updates: readonly ModelUpdate[]): Distances {
  const weights = weightsOf(updates)
  return (shares) => {
    const mean = weightedSum(weights, shares)
    return Float64Array.from(weights, (each) => Math.sqrt(squaredDistance(each, mean)))
  }
}
