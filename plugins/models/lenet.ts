import {
  convolutionLayer,
  definePlugin,
  denseLayer,
  flatten,
  poolLayer,
  Type,
} from '../../core/plugin/index.js'
import { imageShape } from './shared/image.js'

export default definePlugin({
  kind: 'model',
  name: 'lenet',
  summary: 'LeNet-5 (LeCun et al., 1998) with ReLU and max pooling, for images of any size from 12×12',
  options: Type.Object({}, { additionalProperties: false }),
  create: () => ({
    build({ sampleShape, classes }) {
      const input = imageShape('lenet', sampleShape)
      // 28×28 images are padded to the 32×32 of the paper by the first convolution.
      const conv1 = convolutionLayer('conv1', input, { filters: 6, size: 5 })
      const pool1 = poolLayer('pool1', conv1.outputShape, { size: 2, kind: 'max' })
      const conv2 = convolutionLayer('conv2', pool1.outputShape, { filters: 16, size: 5, pad: 'valid' })
      const pool2 = poolLayer('pool2', conv2.outputShape, { size: 2, kind: 'max' })
      const flat = flatten('flatten', pool2.outputShape)
      const dense1 = denseLayer('dense1', flat.outputShape, 120, 'relu')
      const dense2 = denseLayer('dense2', dense1.outputShape, 84, 'relu')
      const output = denseLayer('output', dense2.outputShape, classes)
      return { layers: [conv1, pool1, conv2, pool2, flat, dense1, dense2, output], cut: 'pool1' }
    },
  }),
})
