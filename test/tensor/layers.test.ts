import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, test } from 'vitest'
import { layers as api, openTensorEngine, type TensorBackend } from '../../core/tensor/index.js'
import { expectClose, others, tensor } from './compare.js'

beforeAll(async () => {
  await openTensorEngine({ backend: 'wasm', threads: 2 })
})

const { layers } = api
type Layer = InstanceType<typeof layers.Layer>

/** Models of every kind that the engine must train, each with the shape of one sample. */
const models: Record<string, { input: number[]; build(inputShape: number[]): Layer[] }> = {
  dense: {
    input: [9],
    build: (inputShape) => [
      layers.dense({ units: 8, activation: 'relu', inputShape }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  },
  convolutions: {
    input: [8, 8, 2],
    build: (inputShape) => [
      layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', inputShape }),
      layers.batchNormalization(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.separableConv2d({ filters: 5, kernelSize: 3, padding: 'same' }),
      layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.globalAveragePooling2d({}),
    ],
  },
  'convolution over time': {
    input: [10, 4],
    build: (inputShape) => [
      layers.conv1d({ filters: 4, kernelSize: 3, inputShape }),
      layers.maxPooling1d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 3 }),
    ],
  },
  lstm: {
    input: [5, 4],
    build: (inputShape) => [
      layers.lstm({ units: 6, returnSequences: true, inputShape }),
      layers.lstm({ units: 3 }),
    ],
  },
  gru: {
    input: [5, 4],
    build: (inputShape) => [
      layers.gru({ units: 6, inputShape }),
      layers.layerNormalization(),
      layers.dense({ units: 3 }),
    ],
  },
  'simple and bidirectional recurrence': {
    input: [4, 3],
    build: (inputShape) => [
      layers.bidirectional({
        layer: layers.simpleRNN({ units: 4 }) as never,
        mergeMode: 'concat',
        inputShape,
      }),
      layers.dense({ units: 3 }),
    ],
  },
}

/** Losses of four steps from the same weights. */
async function losses(backend: TensorBackend, name: string): Promise<number[]> {
  await tf.setBackend(backend)
  const { input, build } = models[name]!
  const model = api.sequential({ layers: build(input) })
  model.setWeights(
    model.getWeights().map((weight, i) => {
      // Running variances must be positive.
      return weight.rank === 1
        ? tf.add(tf.abs(tensor(weight.shape, i, 0.1)), 0.5)
        : tensor(weight.shape, i, 0.4)
    }),
  )
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' })
  const result: number[] = []
  for (let step = 0; step < 4; step++) {
    result.push((await model.trainOnBatch(tensor([6, ...input], 20), tensor([6, 3], 21))) as number)
  }
  await tf.setBackend('wasm')
  return result
}

describe('models of TensorFlow.js Layers train as on the other backends', () => {
  test.each(Object.keys(models))('%s', async (name) => {
    const ours = await losses('wasm', name)
    for (const backend of others) expectClose(ours, await losses(backend, name), 1e-4)
  })

  test('embedding', async () => {
    const train = async (backend: TensorBackend) => {
      await tf.setBackend(backend)
      const model = api.sequential({
        layers: [
          layers.embedding({ inputDim: 7, outputDim: 5, inputLength: 4 }),
          layers.flatten(),
          layers.dense({ units: 2 }),
        ],
      })
      model.setWeights(model.getWeights().map((weight, i) => tensor(weight.shape, i)))
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
      const x = tf.tensor2d([0, 1, 2, 3, 6, 6, 5, 1], [2, 4])
      const result: number[] = []
      for (let i = 0; i < 3; i++) result.push((await model.trainOnBatch(x, tensor([2, 2], 9))) as number)
      await tf.setBackend('wasm')
      return result
    }
    const ours = await train('wasm')
    for (const backend of others) expectClose(ours, await train(backend), 1e-5)
  })
})
