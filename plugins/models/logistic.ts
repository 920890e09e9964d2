import { definePlugin, denseLayer, flatten, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'model',
  name: 'logistic',
  summary: 'multinomial logistic regression: one linear layer and softmax',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    build({ sampleShape, classes }) {
      const flat = flatten('flatten', sampleShape)
      return { layers: [flat, denseLayer('dense', flat.outputShape, classes)], cut: 'flatten' }
    },
  }),
})
