import type * as tf from '@tensorflow/tfjs-core'
import {
  attention,
  batchNormalisation,
  convolution,
  dense,
  dueling,
  gru,
  layerNormalisation,
  lstm,
  softmax,
  softmaxCrossEntropy,
  temporalDifferenceLoss,
} from '../../core/tensor/index.js'
import { tensor } from './compare.js'

export interface OperationCase {
  readonly name: string
  /** Inputs with a gradient, smooth there: the checks by differences depend on it. */
  readonly shapes: readonly (readonly number[])[]
  readonly scale?: number
  run(...inputs: tf.Tensor[]): tf.Tensor
}

/** Any tensor as the rank that an operation asks for. */
const as = <T extends tf.Tensor>(x: tf.Tensor | undefined) => x as T

const gruParameters = (
  kernel?: tf.Tensor,
  recurrent?: tf.Tensor,
  bias?: tf.Tensor,
  recurrentBias?: tf.Tensor,
) => ({
  kernel: as<tf.Tensor2D>(kernel),
  recurrent: as<tf.Tensor2D>(recurrent),
  bias: as<tf.Tensor1D>(bias),
  recurrentBias: as<tf.Tensor1D>(recurrentBias),
})

const integers = (engine: typeof tf, shape: number[], below: number) =>
  engine.tensor(
    Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 7 + 3) % below),
    shape,
    'int32',
  )

/** Every differentiable operation of the engine, in the shapes that take different ways through its kernels. */
export function operationCases(engine: typeof tf): OperationCase[] {
  return [
    {
      name: 'dense, linear, no bias',
      shapes: [
        [5, 7],
        [7, 9],
      ],
      run: (x, w) => dense(x, w!),
    },
    { name: 'dense, tanh', shapes: [[13, 7], [7, 21], [21]], run: (x, w, b) => dense(x, w!, b, 'tanh') },
    { name: 'dense, elu', shapes: [[13, 7], [7, 21], [21]], run: (x, w, b) => dense(x, w!, b, 'elu') },
    {
      name: 'dense, sigmoid, of a sequence',
      shapes: [[2, 3, 7], [7, 5], [5]],
      run: (x, w, b) => dense(x, w!, b, 'sigmoid'),
    },
    { name: 'dense, one row', shapes: [[1, 37], [37, 30], [30]], run: (x, w, b) => dense(x, w!, b, 'tanh') },
    {
      name: 'dense, models side by side',
      shapes: [
        [3, 5, 6],
        [3, 6, 11],
        [3, 11],
      ],
      run: (x, w, b) => dense(x, w!, b, 'tanh'),
    },
    {
      name: 'dense, models side by side, one row each',
      shapes: [
        [3, 1, 6],
        [3, 6, 11],
        [3, 11],
      ],
      run: (x, w, b) => dense(x, w!, b, 'tanh'),
    },
    {
      name: 'convolution, tanh, same',
      shapes: [[2, 6, 5, 3], [3, 3, 3, 7], [7]],
      run: (x, f, b) =>
        convolution(as<tf.Tensor4D>(x), as<tf.Tensor4D>(f), as<tf.Tensor1D>(b), { activation: 'tanh' }),
    },
    {
      name: 'convolution, strides 2, valid',
      shapes: [
        [2, 7, 8, 2],
        [3, 2, 2, 9],
      ],
      run: (x, f) =>
        convolution(as<tf.Tensor4D>(x), as<tf.Tensor4D>(f), undefined, { strides: 2, pad: 'valid' }),
    },
    {
      name: 'convolution, one zero around',
      shapes: [[2, 5, 4, 3], [3, 3, 3, 2], [2]],
      run: (x, f, b) => convolution(as<tf.Tensor4D>(x), as<tf.Tensor4D>(f), as<tf.Tensor1D>(b), { pad: 1 }),
    },
    {
      name: 'convolution, one zero around, unlike strides',
      shapes: [[2, 5, 7, 3], [3, 2, 3, 2], [2]],
      run: (x, f, b) =>
        convolution(as<tf.Tensor4D>(x), as<tf.Tensor4D>(f), as<tf.Tensor1D>(b), { pad: 1, strides: [2, 1] }),
    },
    {
      name: 'convolution of many small images, tanh, strides 2',
      shapes: [[9, 3, 4, 5], [3, 3, 5, 8], [8]],
      scale: 0.3,
      run: (x, f, b) =>
        convolution(as<tf.Tensor4D>(x), as<tf.Tensor4D>(f), as<tf.Tensor1D>(b), {
          activation: 'tanh',
          strides: 2,
        }),
    },
    {
      name: 'lstm, every step, from a state',
      shapes: [[3, 4, 5], [5, 24], [6, 24], [24], [3, 6], [3, 6]],
      scale: 0.5,
      run: (x, k, r, b, state, cell) =>
        lstm(as<tf.Tensor3D>(x), as<tf.Tensor2D>(k), as<tf.Tensor2D>(r), as<tf.Tensor1D>(b), {
          returnSequences: true,
          initial: { state: as<tf.Tensor2D>(state), cell: as<tf.Tensor2D>(cell) },
        }),
    },
    {
      name: 'lstm, last step',
      shapes: [[9, 3, 7], [7, 36], [9, 36], [36]],
      scale: 0.5,
      run: (x, k, r, b) =>
        lstm(as<tf.Tensor3D>(x), as<tf.Tensor2D>(k), as<tf.Tensor2D>(r), as<tf.Tensor1D>(b)),
    },
    {
      name: 'lstm, of one step',
      shapes: [[3, 1, 5], [5, 24], [6, 24], [24]],
      scale: 0.5,
      run: (x, k, r, b) =>
        lstm(as<tf.Tensor3D>(x), as<tf.Tensor2D>(k), as<tf.Tensor2D>(r), as<tf.Tensor1D>(b)),
    },
    {
      name: 'gru, of one step',
      shapes: [[3, 1, 5], [5, 18], [6, 18], [18], [18]],
      scale: 0.5,
      run: (x, k, r, b, rb) => gru(as(x), gruParameters(k, r, b, rb)),
    },
    {
      name: 'gru, every step, from a state',
      shapes: [[3, 4, 5], [5, 18], [6, 18], [18], [18], [3, 6]],
      scale: 0.5,
      run: (x, k, r, b, rb, state) =>
        gru(as(x), gruParameters(k, r, b, rb), { returnSequences: true, initial: as(state) }),
    },
    {
      name: 'gru, last step',
      shapes: [[9, 3, 7], [7, 27], [9, 27], [27], [27]],
      scale: 0.5,
      run: (x, k, r, b, rb) => gru(as(x), gruParameters(k, r, b, rb)),
    },
    {
      name: 'layer normalisation',
      shapes: [[4, 3, 13], [13], [13]],
      run: (x, g, s) => layerNormalisation(x!, as<tf.Tensor1D>(g), as<tf.Tensor1D>(s)),
    },
    {
      name: 'batch normalisation',
      shapes: [[6, 3, 2, 13], [13], [13]],
      run: (x, g, s) => batchNormalisation(x!, as<tf.Tensor1D>(g), as<tf.Tensor1D>(s)).y,
    },
    { name: 'softmax', shapes: [[4, 3, 7]], run: (x) => softmax(x!) },
    {
      name: 'attention over heads, masked',
      shapes: [
        [2, 3, 5, 4],
        [2, 3, 6, 4],
        [2, 3, 6, 7],
      ],
      run: (q, k, v) => attention(q!, k!, v!, tensor([5, 6], 8)),
    },
    {
      name: 'cross entropy with class indices',
      shapes: [[9, 5]],
      run: (x) => softmaxCrossEntropy(x!, integers(engine, [9], 5)),
    },
    {
      name: 'cross entropy with distributions',
      shapes: [[9, 6]],
      run: (x) => softmaxCrossEntropy(x!, engine.softmax(tensor([9, 6], 7))),
    },
    { name: 'dueling head', shapes: [[2, 3, 6]], run: (x) => dueling(x!) },
    {
      name: 'temporal-difference loss, squared',
      shapes: [[2, 4, 5]],
      run: (q) => temporalDifferenceLoss(q!, integers(engine, [2, 4], 5), tensor([2, 4], 6)),
    },
    {
      name: "temporal-difference loss, Huber's",
      shapes: [[2, 4, 5]],
      run: (q) => temporalDifferenceLoss(q!, integers(engine, [2, 4], 5), tensor([2, 4], 6, 3), 0.8),
    },
  ]
}
