import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { openWasmBackend } from '../../core/tensor/backend/wasm.js'
import {
  attention,
  batchNormalisation,
  convolution,
  createOptimiser,
  dense,
  type GruParameters,
  gru,
  layerNormalisation,
  lstm,
  openTensorEngine,
} from '../../core/tensor/index.js'
import { tensor, valueAndGradients } from './compare.js'

/** Work large enough that every kernel is cut up among threads. */
const work: Record<string, () => tf.Tensor[]> = {
  products: () => [
    tf.matMul(tensor([70, 300], 1), tensor([300, 90], 2)),
    tf.matMul(tensor([300, 70], 1), tensor([90, 300], 2), true, true),
    tf.matMul(tensor([17, 33, 64], 1), tensor([17, 64, 40], 2)),
    tf.matMul(tensor([1, 700], 1), tensor([700, 900], 2)),
  ],
  'models side by side': () =>
    valueAndGradients([tensor([6, 40, 70], 1), tensor([6, 70, 90], 2), tensor([6, 90], 3)], (x, w, b) =>
      dense(x!, w!, b, 'relu'),
    ),
  convolution: () =>
    valueAndGradients([tensor([6, 17, 16, 9], 1), tensor([3, 3, 9, 20], 2), tensor([20], 3)], (x, f, b) =>
      tf.maxPool(
        convolution(x as tf.Tensor4D, f as tf.Tensor4D, b as tf.Tensor1D, { activation: 'relu' }),
        2,
        2,
        'same',
      ),
    ),
  'convolution of many small images': () =>
    valueAndGradients([tensor([70, 7, 6, 9], 1), tensor([3, 3, 9, 16], 2), tensor([16], 3)], (x, f, b) =>
      convolution(x as tf.Tensor4D, f as tf.Tensor4D, b as tf.Tensor1D, { activation: 'relu', strides: 2 }),
    ),
  'convolution of larger images': () =>
    valueAndGradients([tensor([21, 20, 18, 8], 1), tensor([3, 3, 8, 16], 2), tensor([16], 3)], (x, f, b) =>
      convolution(x as tf.Tensor4D, f as tf.Tensor4D, b as tf.Tensor1D, { activation: 'relu' }),
    ),
  lstm: () =>
    valueAndGradients(
      [tensor([22, 9, 30], 1), tensor([30, 160], 2), tensor([40, 160], 3), tensor([160], 4)],
      (x, k, r, b) =>
        lstm(x as tf.Tensor3D, k as tf.Tensor2D, r as tf.Tensor2D, b as tf.Tensor1D, {
          returnSequences: true,
        }),
    ),
  gru: () =>
    valueAndGradients(
      [
        tensor([22, 9, 30], 1),
        tensor([30, 120], 2),
        tensor([40, 120], 3),
        tensor([120], 4),
        tensor([120], 5),
      ],
      (x, kernel, recurrent, bias, recurrentBias) =>
        gru(x as tf.Tensor3D, { kernel, recurrent, bias, recurrentBias } as unknown as GruParameters, {
          returnSequences: true,
        }),
    ),
  normalisation: () => [
    ...valueAndGradients([tensor([900, 90], 1), tensor([90], 2), tensor([90], 3)], (x, g, s) =>
      layerNormalisation(x!, g as tf.Tensor1D, s as tf.Tensor1D),
    ),
    ...valueAndGradients(
      [tensor([900, 90], 1), tensor([90], 2), tensor([90], 3)],
      (x, g, s) => batchNormalisation(x!, g as tf.Tensor1D, s as tf.Tensor1D).y,
    ),
  ],
  attention: () =>
    valueAndGradients(
      [1, 2, 3].map((seed) => tensor([4, 60, 64], seed)),
      (q, k, v) => attention(q!, k!, v!),
    ),
  reductions: () => [
    tf.sum(tensor([700, 600], 1), 0),
    tf.mean(tensor([700, 600], 1), 1),
    tf.tanh(tensor([300_000], 2)),
  ],
  optimisers: () => {
    const variable = tf.variable(tensor([300_001], 1))
    const optimiser = createOptimiser({ kind: 'adamw', learningRate: 0.01 })
    for (let step = 0; step < 3; step++)
      optimiser.applyGradients({ [variable.name]: tensor([300_001], 5 + step) })
    const result = tf.add(variable, 0)
    optimiser.dispose()
    variable.dispose()
    return [result]
  },
}

/** Plain equality, which takes NaN for itself but costs a second for so many numbers, is not needed here. */
function expectSameBits(got: Float32Array, want: Float32Array): void {
  expect(Buffer.from(got.buffer).equals(Buffer.from(want.buffer))).toBe(true)
}

describe('threads, and the width of vectors,', () => {
  test.each(Object.keys(work))('do not change a bit of %s', async (name) => {
    const results: Float32Array[][] = []
    for (const [threads, bits] of [
      [1, 128],
      [2, 128],
      [3, 128],
      [2, 256],
    ] as const) {
      await openTensorEngine({ backend: 'wasm', threads })
      ;(await openWasmBackend()).setVectorBits(bits)
      results.push(tf.tidy(() => work[name]!().map((result) => result.dataSync() as Float32Array)))
    }
    for (const other of results.slice(1)) {
      for (const [i, values] of other.entries()) expectSameBits(values, results[0]![i]!)
    }
  })

  test('take a heap that grows while they work', async () => {
    await openTensorEngine({ backend: 'wasm', threads: 2 })
    const [a, b] = [tensor([300, 300], 1), tensor([300, 300], 2)]
    const before = tf.matMul(a, b).dataSync() as Float32Array
    const filling: tf.Tensor[] = []
    for (let i = 0; i < 12; i++) {
      filling.push(tf.zeros([1 << 22]))
      expectSameBits(tf.matMul(a, b).dataSync() as Float32Array, before)
    }
    tf.dispose(filling)
  })
})
