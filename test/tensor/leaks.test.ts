import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import {
  batchNormalisation,
  convolution,
  createOptimiser,
  dense,
  layerNormalisation,
  lstm,
  openTensorEngine,
  softmaxCrossEntropy,
} from '../../core/tensor/index.js'
import { memoryOf } from '../../core/tensor/kernels/heap.js'
import { tensor } from './compare.js'

beforeAll(async () => {
  await openTensorEngine({ backend: 'wasm', threads: 2 })
})

const as = <T extends tf.Tensor>(x: tf.Tensor) => x as T

/** Whatever a step leaves behind shows after one, or when a buffer comes round. */
const steps = process.env.COTWIN_LONG ? 10_000 : 2500

test(`training leaves nothing behind: tensors, buffers and heap are flat over ${steps} steps`, async () => {
  const variables = [[3, 3, 1, 4], [4], [4], [4], [16, 48], [12, 48], [48], [12], [12], [12, 3], [3]].map(
    (shape, i) => tf.tidy(() => tf.variable(tensor(shape, i, 0.3))),
  )
  const [filter, fb, gain, shift, kernel, recurrent, lb, lGain, lShift, weights, bias] = variables as [
    ...tf.Variable[],
  ] as tf.Variable[]
  const x = tensor([2, 4, 4, 1], 1)
  const labels = tf.tensor1d([0, 2], 'int32')
  const optimiser = createOptimiser({ kind: 'adam', learningRate: 1e-3 })
  const loss = () => {
    const image = convolution(as(x), as(filter!), as(fb!), { activation: 'relu' })
    const normal = batchNormalisation(image, as(gain!), as(shift!)).y
    const pooled = tf.maxPool(normal as tf.Tensor4D, 2, 2, 'same')
    const sequence = tf.reshape(pooled, [2, 1, 16]) as tf.Tensor3D
    const states = lstm(sequence, as(kernel!), as(recurrent!), as(lb!))
    return softmaxCrossEntropy(
      dense(layerNormalisation(states, as(lGain!), as(lShift!)), weights!, bias),
      labels,
    )
  }
  const measure = () => ({
    tensors: tf.memory().numTensors,
    buffers: tf.memory().numDataBuffers,
    ids: (tf.backend() as BackendWasm).numDataIds(),
    heap: memoryOf(tf.backend() as BackendWasm).buffer.byteLength,
  })
  for (let step = 0; step < 50; step++) optimiser.minimize(loss, false, variables)
  const before = measure()
  for (let step = 0; step < steps; step++) optimiser.minimize(loss, false, variables)
  expect(measure()).toEqual(before)
})
