import {
  blockLayer,
  definePlugin,
  denseLayer,
  globalMeanPool,
  lstmLayer,
  type ModelLayer,
  poolLayer,
  type TensorOperations,
  Type,
  UserError,
  windowed,
} from '../../core/plugin/index.js'

/** Channels and bottlenecks of ResNet50's four blocks. */
const stages = [
  [64, 3],
  [128, 4],
  [256, 6],
  [512, 3],
] as const

export default definePlugin({
  kind: 'model',
  name: 'resnet50-lstm',
  summary:
    'intention recognition as in Fig. 5 of the paper, full size: ResNet50 (He et al., 2016) a frame, LSTM, linear layer',
  options: Type.Object(
    {
      units: Type.Integer({ default: 512, minimum: 1, description: 'width of the LSTM' }),
    },
    { additionalProperties: false },
  ),
  create: ({ units }) => ({
    build({ sampleShape, classes }) {
      if (sampleShape.length !== 4) {
        throw new UserError(
          `the model resnet50-lstm takes video segments, frames × height × width × channels; found samples of ${sampleShape.join('×')}`,
        )
      }
      const conv1 = normalisedConvolution('conv1', 'bn1', sampleShape, { filters: 64, size: 7, stride: 2 })
      const layers: ModelLayer[] = [
        conv1,
        poolLayer('maxpool', conv1.outputShape, { size: 3, stride: 2, kind: 'max', pad: 1 }),
      ]
      const last = () => layers[layers.length - 1].outputShape
      for (const [stage, [channels, blocks]] of stages.entries()) {
        const bottlenecks: ModelLayer[] = []
        for (let block = 0; block < blocks; block++) {
          const input = bottlenecks.at(-1)?.outputShape ?? last()
          const stride = stage > 0 && block === 0 ? 2 : 1
          bottlenecks.push(bottleneck(`layer${stage + 1}.${block}`, input, channels, stride))
        }
        layers.push(blockLayer(`layer${stage + 1}`, bottlenecks, (run, x) => run(x, 0, blocks)))
      }
      layers.push(globalMeanPool('avgpool', last()))
      layers.push(lstmLayer('lstm', last(), units))
      layers.push(denseLayer('fc', last(), classes))
      return { layers, cut: 'layer3' }
    },
  }),
})

interface NormalisedConvolution {
  readonly filters: number
  readonly size: number
  readonly stride?: number
  readonly activation?: 'relu' | 'linear'
  readonly gain?: 'ones' | 'zeros'
}

/**
 * activation(batch normalisation(convolution)), as in torchvision: no bias, padded by half the filter.
 *
 * The statistics are those stored with pretrained weights and stay: batches of single clients are no sample of the data.
 * They are folded into the filter, which costs next to nothing and leaves all gradients what they are.
 */
function normalisedConvolution(
  name: string,
  normalisation: string,
  input: readonly number[],
  { filters, size, stride = 1, activation = 'relu', gain = 'ones' }: NormalisedConvolution,
): ModelLayer {
  const frames = input.slice(0, -3)
  const [height, width, channels] = input.slice(-3)
  const pad = (size - 1) / 2
  const out = [windowed(height, size, stride, pad), windowed(width, size, stride, pad), filters]
  const images = frames.reduce((product, length) => product * length, 1)
  return {
    name,
    outputShape: [...frames, ...out],
    parameters: [
      { name: `${name}/kernel`, shape: [size, size, channels, filters], initialise: 'he-normal' },
      { name: `${normalisation}/gamma`, shape: [filters], initialise: gain },
      { name: `${normalisation}/beta`, shape: [filters], initialise: 'zeros' },
      { name: `${normalisation}/moving_mean`, shape: [filters], initialise: 'zeros', fixed: true },
      { name: `${normalisation}/moving_variance`, shape: [filters], initialise: 'ones', fixed: true },
    ],
    forwardFlops: images * out[0] * out[1] * filters * 2 * size * size * channels,
    apply({ tf, convolution }, x, [kernel, gamma, beta, mean, variance]) {
      const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, 1e-5)))
      const batch = tf.reshape(x, [x.size / (height * width * channels), height, width, channels])
      type Convolution = Parameters<TensorOperations['convolution']>
      const y = convolution(
        batch as Convolution[0],
        tf.mul(kernel, scale) as Convolution[1],
        tf.sub(beta, tf.mul(mean, scale)) as Convolution[2],
        { strides: stride, pad, activation },
      )
      return tf.reshape(y, [x.shape[0], ...frames, ...out])
    },
  }
}

/** 1×1, 3×3 and 1×1 convolutions beside a short way; the last gain starts at zero (Goyal et al., 2017). */
function bottleneck(name: string, input: readonly number[], channels: number, stride: number): ModelLayer {
  const conv = (index: number, from: readonly number[], shape: NormalisedConvolution) =>
    normalisedConvolution(`${name}.conv${index}`, `${name}.bn${index}`, from, shape)
  const first = conv(1, input, { filters: channels, size: 1 })
  const second = conv(2, first.outputShape, { filters: channels, size: 3, stride })
  const third = conv(3, second.outputShape, {
    filters: 4 * channels,
    size: 1,
    activation: 'linear',
    gain: 'zeros',
  })
  const changes = stride !== 1 || input.at(-1) !== 4 * channels
  const shortcut = changes
    ? [
        normalisedConvolution(`${name}.downsample.0`, `${name}.downsample.1`, input, {
          filters: 4 * channels,
          size: 1,
          stride,
          activation: 'linear',
        }),
      ]
    : []
  return {
    ...blockLayer(name, [first, second, third, ...shortcut], (run, x, { tf }) =>
      tf.relu(tf.add(run(x, 0, 3), changes ? run(x, 3, 4) : x)),
    ),
    outputShape: third.outputShape,
  }
}
