import { definePlugin, denseLayer, flatten, type ModelLayer, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'model',
  name: 'mlp',
  summary: 'multilayer perceptron with ReLU; 784-200-200-10 is the 2NN of McMahan et al. (2017)',
  options: Type.Object(
    {
      hidden: Type.Array(Type.Integer({ minimum: 1 }), {
        default: [200, 200],
        minItems: 1,
        description: 'neurons of each hidden layer',
      }),
    },
    { additionalProperties: false },
  ),
  create: ({ hidden }) => ({
    build({ sampleShape, classes }) {
      const layers: ModelLayer[] = [flatten('flatten', sampleShape)]
      const last = () => layers[layers.length - 1].outputShape
      for (const [i, units] of hidden.entries())
        layers.push(denseLayer(`hidden${i + 1}`, last(), units, 'relu'))
      layers.push(denseLayer('output', last(), classes))
      return { layers, cut: 'hidden1' }
    },
  }),
})
