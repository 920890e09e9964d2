import { definePlugin, type RandomStream, Type, UserError } from '../../core/plugin/index.js'
import { minimumSamples, requireSamples } from './shared/enough.js'
import { byClass, cut, dirichletShares, joined } from './shared/shares.js'

/** How often shares are drawn before it is given up that every client gets enough. */
const ATTEMPTS = 1000

export default definePlugin({
  kind: 'partition',
  name: 'dirichlet',
  summary:
    'each class is shared out by a Dirichlet draw: the smaller alpha, the fewer classes a client (Yurochkin et al., 2019)',
  options: Type.Object(
    {
      alpha: Type.Number({
        default: 0.5,
        exclusiveMinimum: 0,
        description: 'concentration α: large is iid, 0.1 gives most clients a class or two',
      }),
      minimumSamples,
    },
    { additionalProperties: false },
  ),
  create: ({ alpha, minimumSamples }) => ({
    split({ labels, classes, clients, random }) {
      requireSamples('dirichlet', labels.length, clients, minimumSamples)
      const samples = byClass(labels, classes, random)
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const lists = shareOut(samples, clients, alpha, random)
        if (lists.every(({ length }) => length >= minimumSamples)) return lists
      }
      const wanted = `at least ${minimumSamples} samples for each of ${clients} clients`
      throw new UserError(
        `partition "dirichlet": alpha ${alpha} did not give ${wanted} in ${ATTEMPTS} draws; ` +
          'expected a larger alpha, more samples or a smaller minimumSamples',
      )
    },
  }),
})

function shareOut(
  samples: readonly Int32Array[],
  clients: number,
  alpha: number,
  random: RandomStream,
): Int32Array[] {
  const pieces = samples.map((list) => cut(list, dirichletShares(clients, alpha, random)))
  return Array.from({ length: clients }, (_, client) => joined(pieces.map((piece) => piece[client])))
}
