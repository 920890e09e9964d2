import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  convolution,
  createOptimiser,
  dense,
  openTensorEngine,
  softmaxCrossEntropy,
} from '../../core/tensor/index.js'
import { expectAgreement, tensor, valueAndGradients } from './compare.js'
import { operationCases } from './operation-cases.js'

beforeAll(async () => {
  const { description } = await openTensorEngine({ backend: 'wasm', kernels: 'none' })
  expect(description).toMatchObject({ kernels: 'none', threads: 1 })
})

describe("TensorFlow.js's own kernels, as where WebAssembly has no SIMD", () => {
  test.each(operationCases(tf))('$name: value and gradients', async ({ shapes, scale, run }) => {
    await expectAgreement(
      () =>
        valueAndGradients(
          shapes.map((shape, i) => tensor(shape, i + 1, scale)),
          run,
        ),
      2e-5,
    )
  })

  test('trains a convolution, which takes kernels that the backend lacks', () => {
    const [filter, weights] = tf.tidy(() => [
      tf.variable(tensor([3, 3, 1, 2], 1)),
      tf.variable(tensor([32, 2], 2)),
    ])
    const x = tensor([2, 4, 4, 1], 3) as tf.Tensor4D
    const optimiser = createOptimiser({ kind: 'adam', learningRate: 0.1 })
    const loss = () => {
      const image = convolution(x, filter as unknown as tf.Tensor4D, undefined, { activation: 'relu' })
      return softmaxCrossEntropy(dense(tf.reshape(image, [2, 32]), weights!), tf.tensor1d([0, 1], 'int32'))
    }
    const before = loss().dataSync()[0]!
    for (let step = 0; step < 20; step++) optimiser.minimize(loss, false, [filter!, weights!])
    expect(loss().dataSync()[0]!).toBeLessThan(before / 5)
  })
})
