import { definePlugin, Type } from '../../core/plugin/index.js'
import { requireSamples } from './shared/enough.js'
import { byClass, cut, joined, shuffled } from './shared/shares.js'

export default definePlugin({
  kind: 'partition',
  name: 'shards',
  summary: 'samples sorted by class are cut into shards of one size, and dealt out (McMahan et al., 2017)',
  options: Type.Object(
    {
      perClient: Type.Integer({
        default: 2,
        minimum: 1,
        description: 'shards of a client: at most so many classes, where classes are larger than shards',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ perClient }) => ({
    split({ labels, classes, clients, random }) {
      requireSamples('shards', labels.length, clients, perClient)
      const count = clients * perClient
      const sorted = concatenated(byClass(labels, classes, random))
      const shards = cut(sorted, new Float64Array(count).fill(1 / count))
      const order = shuffled(count, random)
      return Array.from({ length: clients }, (_, client) =>
        joined(Array.from({ length: perClient }, (_, i) => shards[order[client * perClient + i]])),
      )
    },
  }),
})

function concatenated(lists: readonly Int32Array[]): Int32Array {
  return Int32Array.from(lists.flatMap((list) => [...list]))
}
