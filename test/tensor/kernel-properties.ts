import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { openWasmBackend } from '../../core/tensor/backend/wasm.js'
import { dense, openTensorEngine } from '../../core/tensor/index.js'
import { expectAgreement, forAll, tensor, valueAndGradients } from './compare.js'

const size = (max: number, min = 0) => fc.integer({ min, max })
const activations = ['linear', 'relu', 'relu6', 'sigmoid', 'elu', 'tanh'] as const

/** Two batch shapes that broadcast together. */
const batchShapes = fc
  .array(fc.tuple(size(3, 1), fc.constantFrom('both', 'a', 'b')), { maxLength: 2 })
  .chain((axes) =>
    fc.tuple(size(axes.length), size(axes.length)).map(([dropA, dropB]) => ({
      a: axes.map(([length, who]) => (who === 'b' ? 1 : length)).slice(dropB > dropA ? dropA : 0),
      b: axes.map(([length, who]) => (who === 'a' ? 1 : length)).slice(dropA > dropB ? dropB : 0),
    })),
  )

const product = fc.record({
  batch: batchShapes,
  m: size(21),
  n: size(35),
  k: fc.oneof(size(24), fc.constantFrom(255, 257, 600)),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
})

/** TensorFlow.js's CPU backend broadcasts batches only from 1; the rest is spelt out for it. */
function expanded(x: tf.Tensor, batch: readonly number[]): tf.Tensor {
  return tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)])
}

export function kernelProperties(kernels: 'simd' | 'relaxed-simd', bits: 128 | 256 = 128): void {
  describe(`${kernels} kernels of ${bits} bits agree with the CPU backend`, () => {
    beforeAll(async () => {
      const { description } = await openTensorEngine({ backend: 'wasm', threads: 2, kernels })
      expect(description.kernels).toBe(kernels)
      ;(await openWasmBackend(kernels)).setVectorBits(bits)
    })

    test('matrix product in all transpositions, batched, broadcast and empty', async () => {
      await forAll(
        product,
        async ({ batch, m, n, k, transposeA, transposeB }) => {
          const common = tf.broadcast_util.assertAndGetBroadcastShape(batch.a, batch.b)
          await expectAgreement(() => {
            let a = tensor([...batch.a, ...(transposeA ? [k, m] : [m, k])], 1)
            let b = tensor([...batch.b, ...(transposeB ? [n, k] : [k, n])], 2)
            if (tf.getBackend() !== 'wasm') {
              a = expanded(a, common)
              b = expanded(b, common)
            }
            return [tf.matMul(a, b, transposeA, transposeB)]
          })
        },
        120,
      )
    })

    test('products of nothing: no items, no rows, and sums of no terms, which are the bias', async () => {
      const shapes = tf.tidy(() => [
        tf.matMul(tf.zeros([0, 2, 3]), tf.zeros([0, 3, 4])).shape,
        tf.matMul(tf.zeros([2, 0, 3]), tf.zeros([1, 3, 4])).shape,
      ])
      expect(shapes).toEqual([
        [0, 2, 4],
        [2, 0, 4],
      ])
      const sums = tf.tidy(() => [
        tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])).dataSync(),
        dense(tf.zeros([2, 0]), tf.zeros([0, 3]), tf.tensor1d([1, -2, 3]), 'relu').dataSync(),
      ])
      expect(sums).toEqual([new Float32Array(6), Float32Array.of(1, 0, 3, 1, 0, 3)])
    })

    test('refuses operands that do not fit', () => {
      expect(() => tf.matMul(tf.zeros([2, 3]), tf.zeros([4, 5]))).toThrow('inner')
    })

    test('product with bias and activation in the same pass', async () => {
      const shapes = fc.record({
        m: size(19, 1),
        n: size(27, 1),
        k: size(300, 1),
        activation: fc.constantFrom(...activations),
      })
      await forAll(shapes, async ({ m, n, k, activation }) => {
        await expectAgreement(() => {
          const bias = tensor([n], 3)
          const options = {
            a: tensor([m, k], 1, 0.1) as tf.Tensor2D,
            b: tensor([k, n], 2) as tf.Tensor2D,
            bias,
          }
          return [tf.fused.matMul(activation === 'tanh' ? options : { ...options, activation })]
        })
      })
    })

    test('activations, with the extremes', async () => {
      const extremes = [0, -0, 1e-30, -1e-6, 88, 89, -88, -104, 1e30, -1e30, Infinity, -Infinity]
      await expectAgreement(() => {
        const x = tf.concat([tf.tensor1d(extremes), tensor([517], 1, 3) as tf.Tensor1D])
        return [tf.relu(x), tf.relu6(x), tf.sigmoid(x), tf.elu(x), tf.tanh(x)]
      }, 1e-6)
      await tf.setBackend('wasm')
      const nan = tf.tidy(() =>
        [tf.relu, tf.sigmoid, tf.tanh, tf.elu].map((f) => f(tf.tensor1d([NaN])).dataSync()[0]),
      )
      expect(nan).toEqual([NaN, NaN, NaN, NaN])
    })

    test('convolution and its gradients over strides, paddings and sizes', async () => {
      const borders: [number, number][] = [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]
      const shapes = fc.record({
        // From eight images on, none is cut into patches.
        batch: fc.oneof(size(3, 1), size(19, 8)),
        height: size(11, 3),
        width: size(11, 3),
        channels: size(6, 1),
        outputs: fc.oneof(size(13, 1), fc.constant(8)),
        filter: fc.tuple(size(3, 1), size(3, 1)),
        stride: fc.tuple(size(3, 1), size(3, 1)),
        pad: fc.constantFrom('same', 'valid', 1),
      })
      await forAll(shapes, async ({ batch, height, width, channels, outputs, pad, ...drawn }) => {
        // With padding by number TensorFlow.js takes the first of both for each when it works out shapes.
        const square = ([one, other]: [number, number]): [number, number] => [one, pad === 1 ? one : other]
        const [filter, stride] = [square(drawn.filter), square(drawn.stride)]
        await expectAgreement(() =>
          valueAndGradients(
            [tensor([batch, height, width, channels], 1), tensor([...filter, channels, outputs], 2)],
            (x, f) =>
              // TensorFlow's binding takes no padding by number.
              pad === 1 && tf.getBackend() === 'tensorflow'
                ? tf.conv2d(tf.pad(x as tf.Tensor4D, borders), f as tf.Tensor4D, stride, 'valid')
                : tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, stride, pad as 'same'),
          ),
        )
      })
    })

    test('convolution of larger images, whose rows are gone through by strips, and its gradients', async () => {
      await expectAgreement(() =>
        valueAndGradients([tensor([8, 24, 22, 4], 1), tensor([3, 3, 4, 8], 2)], (x, f) =>
          tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same'),
        ),
      )
    })

    test('convolution with dilation, and with patches longer than one block', async () => {
      for (const batch of [2, 11]) {
        await expectAgreement(() => [
          tf.conv2d(
            tensor([batch, 9, 8, 3], 1) as tf.Tensor4D,
            tensor([3, 2, 3, 5], 2) as tf.Tensor4D,
            1,
            'same',
            'NHWC',
            [2, 3],
          ),
        ])
      }
      await expectAgreement(() =>
        valueAndGradients([tensor([1, 5, 6, 210], 1), tensor([3, 3, 210, 9], 2, 0.1)], (x, f) =>
          tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same'),
        ),
      )
    })

    test('convolution with bias and activation in the same pass', async () => {
      for (const [activation, batch] of [
        ...(['relu', 'relu6', 'sigmoid', 'elu'] as const).map((name) => [name, 2] as const),
        ...(['relu', 'sigmoid'] as const).map((name) => [name, 18] as const),
      ]) {
        await expectAgreement(() => {
          const x = tensor([batch, 7, 6, 4], 1) as tf.Tensor4D
          const filter = tensor([3, 3, 4, 10], 2) as tf.Tensor4D
          return [tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias: tensor([10], 3), activation })]
        })
      }
    })

    test('pooling and its gradients', async () => {
      const shapes = fc.record({
        batch: size(2, 1),
        height: size(9, 3),
        width: size(9, 3),
        channels: size(9, 1),
        window: fc.tuple(size(3, 1), size(3, 1)),
        stride: size(3, 1),
        pad: fc.constantFrom('same', 'valid'),
        kind: fc.constantFrom('max', 'average'),
      })
      await forAll(shapes, async ({ batch, height, width, channels, window, stride, pad, kind }) => {
        const pool = kind === 'max' ? tf.maxPool : tf.avgPool
        const run = (x: tf.Tensor) => pool(x as tf.Tensor4D, window, stride, pad as 'same')
        const x = () => tensor([batch, height, width, channels], 1)
        // The CPU backend's gradient of averages counts padding that its averages do not; see finite-differences.test.ts.
        await expectAgreement(() =>
          kind === 'average' && pad === 'same' ? [run(x())] : valueAndGradients([x()], run),
        )
      })
    })

    test('the greatest of windows side by side, and their gradients', async () => {
      const shapes = fc.record({
        batch: size(2, 1),
        height: size(9, 2),
        width: size(9, 2),
        channels: fc.constantFrom(3, 4, 8, 12),
        equal: fc.boolean(),
      })
      await forAll(shapes, async ({ batch, height, width, channels, equal }) => {
        const run = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid')
        // Where several are the greatest, the first of them takes the gradient.
        const x = () => {
          const values = tensor([batch, height, width, channels], 1)
          return equal ? tf.round(values) : values
        }
        await expectAgreement(() => valueAndGradients([x()], run))
      })
    })

    test('softmax, and sums and means over any axes', async () => {
      const shapes = fc.record({
        shape: fc.array(size(9, 1), { minLength: 1, maxLength: 4 }),
        axes: fc.array(size(3), { maxLength: 3 }),
        keep: fc.boolean(),
      })
      await forAll(shapes, async ({ shape, axes, keep }) => {
        const axis = [...new Set(axes.map((a) => a % shape.length))]
        await expectAgreement(() => {
          const x = tensor(shape, 1, 3)
          return [tf.softmax(x), tf.sum(x, axis, keep), tf.mean(x, axis, keep), tf.sum(x), tf.mean(x)]
        })
      })
    })

    test('sums of many numbers without losing digits', async () => {
      await tf.setBackend('wasm')
      const [rows, columns] = tf.tidy(() => {
        const x = tf.fill([70_000, 3], 0.1)
        return [tf.sum(tf.transpose(x), 1).dataSync(), tf.sum(x, 0).dataSync()]
      })
      for (const sum of [...rows!, ...columns!]) expect(Math.abs(sum / 7000 - 1)).toBeLessThan(2e-6)
    })

    test('tiles', async () => {
      const shapes = fc.array(fc.tuple(size(4, 1), size(3, 1)), { minLength: 1, maxLength: 4 })
      await forAll(shapes, async (axes) => {
        await expectAgreement(() => [
          tf.tile(
            tensor(
              axes.map(([length]) => length),
              1,
            ),
            axes.map(([, times]) => times),
          ),
        ])
      })
    })

    test('putting together and cutting up along any axis', async () => {
      const shapes = fc.record({
        shape: fc.array(size(5, 1), { minLength: 1, maxLength: 4 }),
        axis: size(3),
        lengths: fc.array(size(4, 1), { minLength: 1, maxLength: 3 }),
        begin: fc.array(size(4), { minLength: 4, maxLength: 4 }),
      })
      await forAll(shapes, async ({ shape, axis, lengths, begin }) => {
        const along = axis % shape.length
        await expectAgreement(() => {
          const parts = lengths.map((length, i) => tensor(shape.with(along, length), i))
          const whole = tf.concat(parts, along)
          const from = whole.shape.map((length, i) => Math.min(begin[i]!, length - 1))
          return [whole, ...tf.split(whole, lengths, along), tf.slice(whole, from)]
        }, 0)
      })
      await expectAgreement(() => {
        const whole = tf.tensor2d([1, 0, 1, 1, 0, 0], [2, 3], 'bool')
        return [tf.concat([whole, whole], 1), tf.slice(whole, [0, 1], [2, 0]), ...tf.split(whole, 3, 1)]
      }, 0)
    })

    test('looking rows up, and the gradient that adds them up again', async () => {
      const lookups = fc.record({
        rows: size(9, 1),
        columns: size(9, 1),
        ids: fc.array(size(8), { minLength: 1, maxLength: 20 }),
      })
      await forAll(lookups, async ({ rows, columns, ids }) => {
        const indices = ids.map((id) => id % rows)
        await expectAgreement(() =>
          valueAndGradients([tensor([rows, columns], 1)], (x) => tf.gather(x, tf.tensor1d(indices, 'int32'))),
        )
      })
    })

    test('what is borrowed from the CPU backend: depthwise convolution gradients, einsum', async () => {
      await expectAgreement(() =>
        valueAndGradients([tensor([2, 6, 6, 3], 1), tensor([3, 3, 3, 2], 2)], (x, f) =>
          tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, 'same'),
        ),
      )
      await expectAgreement(() => [tf.einsum('bij,bjk->bik', tensor([2, 3, 4], 1), tensor([2, 4, 5], 2))])
    })

    test('integers still go the shipped way', async () => {
      await expectAgreement(() => {
        const x = tf.tensor2d([1, -2, 3, 4], [2, 2], 'int32')
        return [tf.sum(x, 0), tf.relu(x), tf.tile(x, [2, 1])]
      })
    })
  })
}
