import {
  blockLayer,
  convolutionLayer,
  definePlugin,
  denseLayer,
  globalMeanPool,
  type ModelLayer,
  Type,
} from '../../core/plugin/index.js'
import { imageShape } from './shared/image.js'

export default definePlugin({
  kind: 'model',
  name: 'resnet-small',
  summary:
    'residual network for small images (He et al., 2016), without normalisation (Fixup: Zhang et al., 2019)',
  options: Type.Object(
    {
      channels: Type.Array(Type.Integer({ minimum: 1 }), {
        default: [16, 32, 64],
        minItems: 1,
        description: 'channels of each stage; each after the first halves the image',
      }),
      blocks: Type.Integer({ default: 1, minimum: 1, description: 'residual blocks of each stage' }),
    },
    { additionalProperties: false },
  ),
  memory: ({ channels, blocks }) => [
    { option: 'blocks', what: `${blocks} blocks of each stage`, bytes: 2048 * blocks * channels.length },
  ],
  create: ({ channels, blocks }) => ({
    build({ sampleShape, classes }) {
      const stem = convolutionLayer('stem', imageShape('resnet-small', sampleShape), {
        filters: channels[0],
        size: 3,
      })
      const layers: ModelLayer[] = [stem]
      const last = () => layers[layers.length - 1].outputShape
      for (const [stage, filters] of channels.entries())
        for (let block = 0; block < blocks; block++)
          layers.push(
            residual(`stage${stage + 1}.${block}`, last(), filters, stage > 0 && block === 0 ? 2 : 1),
          )
      layers.push(globalMeanPool('pool', last()))
      layers.push(denseLayer('output', last(), classes))
      return { layers, cut: `stage1.${blocks - 1}` }
    },
  }),
})

/** relu(shortcut(x) + conv(relu(conv(x)))); the second convolution starts at zero, so that depth costs nothing at first. */
function residual(name: string, input: readonly number[], filters: number, stride: number): ModelLayer {
  const first = convolutionLayer(`${name}/conv1`, input, { filters, size: 3, stride })
  const second = convolutionLayer(`${name}/conv2`, first.outputShape, {
    filters,
    size: 3,
    activation: 'linear',
  })
  const [kernel, bias] = second.parameters
  const start = { ...second, parameters: [{ ...kernel, initialise: 'zeros' as const }, bias] }
  const changes = stride !== 1 || input.at(-1) !== filters
  const shortcut = convolutionLayer(`${name}/shortcut`, input, {
    filters,
    size: 1,
    stride,
    activation: 'linear',
  })
  return {
    ...blockLayer(name, [first, start, ...(changes ? [shortcut] : [])], (run, x, { tf }) =>
      tf.relu(tf.add(run(x, 0, 2), changes ? run(x, 2, 3) : x)),
    ),
    outputShape: first.outputShape,
  }
}
