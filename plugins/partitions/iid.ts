import { definePlugin, Type } from '../../core/plugin/index.js'
import { requireSamples } from './shared/enough.js'
import { cut, joined, shuffled } from './shared/shares.js'

export default definePlugin({
  kind: 'partition',
  name: 'iid',
  summary: 'every client the same number of samples, drawn at random (McMahan et al., 2017)',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    split({ labels, clients, random }) {
      requireSamples('iid', labels.length, clients, 1)
      const shares = new Float64Array(clients).fill(1 / clients)
      return cut(shuffled(labels.length, random), shares).map((piece) => joined([piece]))
    },
  }),
})
