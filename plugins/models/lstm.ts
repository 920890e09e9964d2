import { definePlugin, denseLayer, lstmLayer, Type } from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'model',
  name: 'lstm',
  summary:
    'long short-term memory (Hochreiter and Schmidhuber, 1997) over the first axis of samples, and a linear layer',
  options: Type.Object(
    {
      units: Type.Integer({ default: 64, minimum: 1, description: 'width of state and cell' }),
    },
    { additionalProperties: false },
  ),
  create: ({ units }) => ({
    build({ sampleShape, classes }) {
      const memory = lstmLayer('lstm', sampleShape, units)
      return { layers: [memory, denseLayer('output', memory.outputShape, classes)], cut: 'lstm' }
    },
  }),
})
