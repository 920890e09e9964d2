import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  convolution,
  dense,
  detach,
  doubleQTargets,
  greedyActions,
  lstm,
  openTensorEngine,
  softmax,
  softmaxCrossEntropy,
} from '../../core/tensor/index.js'
import { expectAgreement, expectFiniteDifferences, others, tensor, valueAndGradients } from './compare.js'
import { operationCases } from './operation-cases.js'

beforeAll(async () => {
  await openTensorEngine({ backend: 'wasm', threads: 2 })
})

const cases = operationCases(tf)

describe('operations as one kernel agree with the same composed on the CPU backend', () => {
  test.each(cases)('$name: value and gradients', async ({ shapes, scale, run }) => {
    await expectAgreement(
      () =>
        valueAndGradients(
          shapes.map((shape, i) => tensor(shape, i + 1, scale)),
          run,
        ),
      2e-5,
    )
  })

  test('rectifiers, whose kink differences cannot see', async () => {
    for (const activation of ['relu', 'relu6'] as const) {
      await expectAgreement(() =>
        valueAndGradients([tensor([9, 5], 1, 3), tensor([5, 18], 2), tensor([18], 3)], (x, w, b) =>
          dense(x!, w!, b, activation),
        ),
      )
    }
  })

  test('targets and actions of Q-learning', async () => {
    await expectAgreement(() => {
      const [online, target] = [tensor([3, 4, 6], 1), tensor([3, 4, 6], 2)]
      return [doubleQTargets(online, target, tensor([3, 4], 3), tensor([3, 4], 4)), greedyActions(online)]
    })
  })
})

describe('gradients agree with finite differences', () => {
  test.each(cases)('$name', ({ shapes, scale, run }) => {
    tf.tidy(() =>
      expectFiniteDifferences(
        shapes.map((shape, i) => tensor(shape, i + 1, scale)),
        run,
      ),
    )
  })
})

describe('detach', () => {
  test('keeps the elements and stops the gradient', () => {
    const before = tf.memory().numDataBuffers
    const [gradient] = tf.tidy(() => {
      const x = tf.tensor1d([2, 3])
      return [
        tf
          .grad((y) => tf.sum(tf.mul(y, detach(y))))(x)
          .dataSync(),
      ]
    })
    expect([...gradient!]).toEqual([2, 3])
    expect(tf.memory().numDataBuffers).toBe(before)
  })
})

describe('an empty batch', () => {
  const as = <T extends tf.Tensor>(x: tf.Tensor) => x as T

  test('goes through every kind of layer, and leaves gradients of zero', () => {
    tf.tidy(() => {
      const filter = tensor([3, 3, 2, 4], 1)
      const kernel = tensor([5, 12], 2)
      const recurrent = tensor([3, 12], 3)
      const gradients = tf.grads((f, k, r) => {
        const image = convolution(tf.zeros([0, 4, 4, 2]), as(f!), undefined, { activation: 'relu' })
        const pooled = tf.avgPool(tf.maxPool(image, 2, 2, 'same'), 2, 1, 'same')
        const states = lstm(tf.zeros([0, 6, 5]), as(k!), as(r!), tf.zeros([12]))
        expect([pooled.shape, states.shape, softmax(states).shape]).toEqual([
          [0, 2, 2, 4],
          [0, 3],
          [0, 3],
        ])
        return tf.add(tf.sum(pooled), tf.sum(softmax(states)))
      })([filter, kernel, recurrent])
      for (const gradient of gradients) expect(gradient.dataSync().every((value) => value === 0)).toBe(true)
    })
  })
})

describe('what a user may get wrong', () => {
  test('labels of the wrong shape are named', () => {
    expect(() => softmaxCrossEntropy(tf.zeros([3, 4]), tf.zeros([3, 5]))).toThrow('must be [3,4], not [3,5]')
  })

  test('a class that does not exist makes the loss NaN on every backend, not a read outside the tensor', async () => {
    for (const backend of [...others, 'wasm']) {
      await tf.setBackend(backend)
      const loss = tf.tidy(
        () => softmaxCrossEntropy(tf.zeros([2, 3]), tf.tensor1d([0, 3], 'int32')).dataSync()[0],
      )
      expect(loss, backend).toBeNaN()
    }
  })
})
