import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  createOptimiser,
  layers,
  type OptimiserOptions,
  openTensorEngine,
  type TensorBackend,
} from '../../core/tensor/index.js'
import { expectClose, others, tensor } from './compare.js'

beforeAll(async () => {
  await openTensorEngine({ backend: 'wasm', threads: 2 })
})

const rules: OptimiserOptions[] = [
  { kind: 'sgd', learningRate: 0.1 },
  { kind: 'sgd', learningRate: 0.1, weightDecay: 0.02 },
  { kind: 'momentum', learningRate: 0.1 },
  { kind: 'momentum', learningRate: 0.1, momentum: 0.8, nesterov: true, weightDecay: 0.01 },
  { kind: 'rmsprop', learningRate: 0.01 },
  { kind: 'rmsprop', learningRate: 0.01, decay: 0.9, momentum: 0.5, epsilon: 1e-3 },
  { kind: 'adam', learningRate: 0.01 },
  { kind: 'adam', learningRate: 0.01, weightDecay: 0.1 },
  { kind: 'adamw', learningRate: 0.01, beta1: 0.8, weightDecay: 0.1 },
]

/** Parameters after some steps down a curved valley that has a minimum of its own for each parameter. */
async function descend(
  backend: TensorBackend,
  options: OptimiserOptions,
  size: number,
): Promise<Float32Array> {
  await tf.setBackend(backend)
  const parameter = tf.tidy(() => tf.variable(tensor([size], 1)))
  const [goal, curvature] = tf.tidy(() => [tensor([size], 2), tf.square(tensor([size], 3))])
  const optimiser = createOptimiser(options)
  for (let step = 0; step < 7; step++) {
    optimiser.minimize(
      () => tf.sum(tf.mul(curvature!, tf.square(tf.sub(parameter, goal!)))) as tf.Scalar,
      false,
      [parameter],
    )
  }
  const result = parameter.dataSync() as Float32Array
  tf.dispose([parameter, goal!, curvature!])
  optimiser.dispose()
  await tf.setBackend('wasm')
  return result
}

describe('optimisers in one pass', () => {
  test.each(rules)('$kind as composed on the other backends: %o', async (options) => {
    for (const size of [1, 3, 4, 9, 9001]) {
      const ours = await descend('wasm', options, size)
      for (const backend of others) expectClose(ours, await descend(backend, options, size), 1e-5)
    }
  })

  test('leaves alone who shares the old values: the initial tensor, a target network, a snapshot', () => {
    const initial = tf.tensor1d([1, 2, 3])
    const online = tf.variable(initial)
    const target = tf.variable(tf.zeros([3]))
    target.assign(online)
    const snapshot = tf.clone(online)
    const optimiser = createOptimiser({ kind: 'sgd', learningRate: 1 })
    optimiser.applyGradients({ [online.name]: tf.ones([3]) })
    expect([...online.dataSync()]).toEqual([0, 1, 2])
    for (const kept of [initial, target, snapshot]) expect([...kept.dataSync()]).toEqual([1, 2, 3])
  })

  test('updates in place when nobody shares', () => {
    const variable = tf.tidy(() => tf.variable(tf.ones([3])))
    const before = variable.dataId
    createOptimiser({ kind: 'sgd', learningRate: 1 }).applyGradients({ [variable.name]: tf.ones([3]) })
    expect(variable.dataId).toBe(before)
  })

  test('goes on from saved state as if never interrupted', async () => {
    const step = (optimiser: tf.Optimizer, variable: tf.Variable) =>
      optimiser.minimize(() => tf.sum(tf.square(variable)) as tf.Scalar, false, [variable])
    const options: OptimiserOptions = { kind: 'adam', learningRate: 0.1 }
    const [a, b] = [1, 2].map(() => tf.variable(tf.tensor1d([1, -2]))) as [tf.Variable, tf.Variable]
    const whole = createOptimiser(options)
    for (let i = 0; i < 6; i++) step(whole, a)
    const first = createOptimiser(options)
    for (let i = 0; i < 3; i++) step(first, b)
    const second = createOptimiser(options)
    await second.setWeights(await first.getWeights())
    for (let i = 0; i < 3; i++) step(second, b)
    expect([...b.dataSync()]).toEqual([...a.dataSync()])
  })

  test('drives a model of TensorFlow.js Layers', async () => {
    const model = layers.sequential({
      layers: [
        layers.layers.dense({ units: 8, activation: 'tanh', inputShape: [2] }),
        layers.layers.dense({ units: 1 }),
      ],
    })
    model.compile({
      optimizer: createOptimiser({ kind: 'adam', learningRate: 0.05 }),
      loss: 'meanSquaredError',
    })
    const x = tf.tensor2d([0, 0, 0, 1, 1, 0, 1, 1], [4, 2])
    const y = tf.tensor2d([0, 1, 1, 0], [4, 1])
    let loss = Number.POSITIVE_INFINITY
    for (let i = 0; i < 300; i++) loss = (await model.trainOnBatch(x, y)) as number
    expect(loss).toBeLessThan(0.01)
  })

  test('refuses what cannot be meant', () => {
    expect(() => createOptimiser({ kind: 'sgd', learningRate: 0 })).toThrow(
      'learningRate must be positive, not 0',
    )
    expect(() =>
      createOptimiser({ kind: 'sgd', learningRate: 1 }).applyGradients({ nobody: tf.scalar(1) }),
    ).toThrow('no variable is named nobody')
  })
})
