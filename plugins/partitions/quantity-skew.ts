import { definePlugin, power, Type } from '../../core/plugin/index.js'
import { minimumSamples, requireSamples } from './shared/enough.js'
import { cut, dirichletShares, joined, shuffled } from './shared/shares.js'

export default definePlugin({
  kind: 'partition',
  name: 'quantity-skew',
  summary:
    'clients of unlike sizes, classes mixed in all of them: a power law or a Dirichlet draw (Li et al., 2022)',
  options: Type.Object(
    {
      law: Type.Enum(['power', 'dirichlet'], {
        default: 'power',
        description:
          'how sizes differ: power: the r-th largest client has r^-exponent as many as the largest; dirichlet: shares drawn',
      }),
      exponent: Type.Number({ default: 1, minimum: 0, description: 'of power; 0 makes all sizes equal' }),
      alpha: Type.Number({
        default: 0.5,
        exclusiveMinimum: 0,
        description: 'of dirichlet: the smaller, the more unlike the sizes',
      }),
      minimumSamples,
    },
    { additionalProperties: false },
  ),
  create: ({ law, exponent, alpha, minimumSamples }) => ({
    split({ labels, clients, random }) {
      requireSamples('quantity-skew', labels.length, clients, minimumSamples)
      const samples = shuffled(labels.length, random)
      const shares =
        law === 'power'
          ? powerShares(shuffled(clients, random), exponent)
          : dirichletShares(clients, alpha, random)
      // The least that everyone gets comes first, and the rest goes by shares.
      const given = clients * minimumSamples
      const pieces = cut(samples.subarray(given), shares)
      return pieces.map((piece, client) =>
        joined([samples.subarray(client * minimumSamples, (client + 1) * minimumSamples), piece]),
      )
    },
  }),
})

/** Shares ∝ (rank + 1)^−exponent. */
function powerShares(ranks: Int32Array, exponent: number): Float64Array {
  const weights = Float64Array.from(ranks, (rank) => power(rank + 1, -exponent))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}
