import {
  convolutionLayer,
  definePlugin,
  denseLayer,
  lstmLayer,
  type ModelLayer,
  Type,
  UserError,
} from '../../core/plugin/index.js'

export default definePlugin({
  kind: 'model',
  name: 'intention',
  summary:
    'intention recognition as in Fig. 5 of the paper, small: convolutional encoder, last block, LSTM, linear layer',
  options: Type.Object(
    {
      encoder: Type.Array(Type.Integer({ minimum: 1 }), {
        default: [8, 16, 32],
        minItems: 1,
        description: 'channels of each block of the encoder, the head; each halves the frames',
      }),
      lastBlock: Type.Integer({ default: 32, minimum: 1, description: 'channels of the last block' }),
      units: Type.Integer({ default: 32, minimum: 1, description: 'width of the LSTM' }),
    },
    { additionalProperties: false },
  ),
  create: ({ encoder, lastBlock, units }) => ({
    build({ sampleShape, classes }) {
      if (sampleShape.length !== 4) {
        throw new UserError(
          `the model intention takes video segments, frames × height × width × channels; found samples of ${sampleShape.join('×')}`,
        )
      }
      const layers: ModelLayer[] = []
      const last = () => layers.at(-1)?.outputShape ?? sampleShape
      for (const [i, filters] of encoder.entries())
        layers.push(convolutionLayer(`block${i + 1}`, last(), { filters, size: 3, stride: 2 }))
      // Spans what is left of a frame, as the last block and its pooling do together.
      const [height, width] = last().slice(1)
      layers.push(
        convolutionLayer(`block${encoder.length + 1}`, last(), {
          filters: lastBlock,
          size: Math.min(height, width),
          pad: 'valid',
        }),
      )
      layers.push(lstmLayer('lstm', last(), units))
      layers.push(denseLayer('output', last(), classes))
      return { layers, cut: `block${encoder.length}` }
    },
  }),
})
