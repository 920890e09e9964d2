import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  attention,
  batchNormalisation,
  convolution,
  createOptimiser,
  dense,
  doubleQTargets,
  dueling,
  type GruParameters,
  gru,
  layerNormalisation,
  lstm,
  type OptimiserOptions,
  openTensorEngine,
  readSafetensors,
  softmaxCrossEntropy,
  temporalDifferenceLoss,
} from '../../core/tensor/index.js'
import { expectClose, others } from './compare.js'

// The fixtures are PyTorch's results; bench/peers/tensor-fixtures.py made them.

type Tensors = Record<string, tf.Tensor>

interface Model {
  readonly optimiser: OptimiserOptions
  loss(parameters: Tensors, data: Tensors): tf.Tensor
  /** Called before each step. */
  before?(step: number, parameters: Tensors): void
}

const as = <T extends tf.Tensor>(x: tf.Tensor | undefined) => x as T

const heads = (x: tf.Tensor, weights: tf.Tensor) =>
  tf.transpose(tf.reshape(dense(x, weights), [4, 6, 2, 4]), [0, 2, 1, 3])

function q(p: Tensors, x: tf.Tensor): tf.Tensor {
  const hidden = dense(dense(x, p.p0!, p.p1, 'relu'), p.p2!, p.p3, 'relu')
  return dueling(dense(hidden, p.p4!, p.p5))
}

const target: Tensors = {}

const models: Record<string, Model> = {
  mlp: {
    optimiser: { kind: 'momentum', learningRate: 0.1, momentum: 0.9 },
    loss: (p, { x, labels }) =>
      softmaxCrossEntropy(dense(dense(x!, p.w1!, p.b1, 'relu'), p.w2!, p.b2), labels!),
  },
  cnn: {
    optimiser: { kind: 'adam', learningRate: 0.01 },
    loss: (p, { x, labels }) => {
      const first = convolution(as(x), as(p.f1), as(p.b1), { activation: 'relu' })
      const normal = batchNormalisation(first, as(p.gain), as(p.shift)).y
      const pooled = tf.maxPool(as<tf.Tensor4D>(normal), 2, 2, 'valid')
      const second = convolution(pooled, as(p.f2), as(p.b2), { activation: 'relu' })
      return softmaxCrossEntropy(
        dense(tf.reshape(tf.maxPool(second, 2, 2, 'valid'), [4, 20]), p.w!, p.b),
        labels!,
      )
    },
  },
  lstm: {
    optimiser: { kind: 'adamw', learningRate: 0.01, weightDecay: 0.1 },
    loss: (p, { x, labels }) => {
      const last = lstm(as(x), as(p.kernel), as(p.recurrent), as(p.bias))
      return softmaxCrossEntropy(dense(layerNormalisation(last, as(p.gain), as(p.shift)), p.w!, p.b), labels!)
    },
  },
  gru: {
    optimiser: { kind: 'adam', learningRate: 0.02 },
    loss: (p, { x, labels }) => {
      const states = gru(as(x), p as unknown as GruParameters, { returnSequences: true })
      return softmaxCrossEntropy(dense(tf.mean(states, 1), p.w!, p.b), labels!)
    },
  },
  dueling: {
    optimiser: { kind: 'rmsprop', learningRate: 0.003, decay: 0.95, epsilon: 1e-6 },
    before: (step, parameters) => {
      if (step !== 0 && step !== 5) return
      for (const [name, parameter] of Object.entries(parameters)) {
        target[name]?.dispose()
        target[name] = tf.clone(parameter)
      }
    },
    loss: (p, { states, following, rewards, discounts, taken }) =>
      temporalDifferenceLoss(
        q(p, states!),
        taken!,
        doubleQTargets(q(p, following!), q(target, following!), rewards!, discounts!),
        1,
      ),
  },
  attention: {
    optimiser: { kind: 'sgd', learningRate: 0.2 },
    loss: (p, { symbols, labels }) => {
      const x = tf.gather(p.table!, as<tf.Tensor2D>(symbols))
      const mixed = attention(heads(x, p.wq!), heads(x, p.wk!), heads(x, p.wv!))
      const joined = tf.add(x, tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [4, 6, 8]))
      const normal = layerNormalisation(joined, as(p.gain), as(p.shift))
      return softmaxCrossEntropy(dense(tf.mean(normal, 1), p.w!, p.b), labels!)
    },
  },
}

function fixture(name: string): (folder: string) => Tensors {
  const path = fileURLToPath(new URL(`./fixtures/${name}.safetensors`, import.meta.url))
  const { tensors } = readSafetensors(readFileSync(path))
  return (folder) =>
    Object.fromEntries(
      [...tensors].flatMap(([key, { shape, values }]) => {
        if (!key.startsWith(folder)) return []
        const dtype = values instanceof Int32Array ? 'int32' : 'float32'
        return [[key.slice(folder.length), tf.tensor(values as Float32Array, shape as number[], dtype)]]
      }),
    )
}

describe.each(['wasm', ...others] as const)('ten steps on %s as in PyTorch', (backend) => {
  beforeAll(async () => {
    await openTensorEngine({ backend })
  })

  test.each(Object.entries(models))('%s', (name, { loss, optimiser, before }) => {
    const read = fixture(name)
    const data = read('data/')
    const variables = Object.fromEntries(
      Object.entries(read('before/')).map(([key, value]) => [key, tf.variable(value)]),
    )
    const list = Object.values(variables)
    const run = () => loss(variables, data) as tf.Scalar
    const rule = createOptimiser(optimiser)
    const losses: number[] = []
    for (let step = 0; step < 10; step++) {
      before?.(step, variables)
      const { value, grads } = tf.variableGrads(run, list)
      if (step === 0) {
        for (const [key, gradient] of Object.entries(read('gradient/'))) {
          expectClose(grads[variables[key]!.name]!.dataSync(), gradient.dataSync(), 2e-5)
        }
      }
      rule.applyGradients(grads)
      losses.push(value.dataSync()[0]!)
    }
    expectClose(losses, read('').losses!.dataSync(), 1e-4)
    for (const [key, after] of Object.entries(read('after/'))) {
      expectClose(variables[key]!.dataSync(), after.dataSync(), 1e-3)
    }
    expect(losses[9]).toBeLessThan(losses[0]!)
  })
})
