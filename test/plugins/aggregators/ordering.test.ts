import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import type { Aggregator, Samples } from '../../../core/plugin/index.js'
import { read } from '../datasets/samples.js'
import { builtIn } from '../support.js'
import { updatesOf } from './updates.js'

const CLIENTS = 10
const CLASSES = 5
const FEATURES = 8

/** Softmax regression with a little weight decay: strictly convex, so that there is one optimum to come to. */
const DECAY = 1e-2
const SIZE = CLASSES * (FEATURES + 1)

interface Shard {
  readonly x: Float32Array
  readonly labels: Int32Array
}

/** Loss over a shard; adds its gradient where one is given. */
function lossOf({ x, labels }: Shard, weights: Float32Array, gradient?: Float32Array): number {
  let loss = 0
  const scores = new Float64Array(CLASSES)
  for (let i = 0; i < labels.length; i++) {
    for (let c = 0; c < CLASSES; c++) {
      scores[c] = weights[c * (FEATURES + 1) + FEATURES]
      for (let f = 0; f < FEATURES; f++) scores[c] += weights[c * (FEATURES + 1) + f] * x[i * FEATURES + f]
    }
    const most = Math.max(...scores)
    const total = scores.reduce((sum, score) => sum + Math.exp(score - most), 0)
    loss += (Math.log(total) + most - scores[labels[i]]) / labels.length
    if (!gradient) continue
    for (let c = 0; c < CLASSES; c++) {
      const error = (Math.exp(scores[c] - most) / total - (c === labels[i] ? 1 : 0)) / labels.length
      for (let f = 0; f < FEATURES; f++) gradient[c * (FEATURES + 1) + f] += error * x[i * FEATURES + f]
      gradient[c * (FEATURES + 1) + FEATURES] += error
    }
  }
  for (let j = 0; j < SIZE; j++) {
    loss += (DECAY / 2) * weights[j] * weights[j]
    if (gradient) gradient[j] += DECAY * weights[j]
  }
  return loss
}

/** A generated task, shared out among clients by Dirichlet(α). */
async function shardsOf(alpha: number): Promise<Shard[]> {
  const options = { samples: 300, classes: CLASSES, features: FEATURES, separation: 2 }
  const dataset = await builtIn('dataset', 'synthetic-classification', options)
  const partition = await builtIn('partition', 'dirichlet', { alpha, minimumSamples: 3 })
  const { labels } = dataset.train as Samples
  const random = new RandomStreams(3).stream('partition')
  const lists = partition.split({ labels, classes: CLASSES, clients: CLIENTS, random })
  return Promise.all(
    lists.map(async (list) => ({
      x: await read(dataset, dataset.train, [...list]),
      labels: list.map((index) => labels[index]),
    })),
  )
}

/** The mean of the clients' losses, all of equal weight: what SCAFFOLD and FedProx are stated for. */
const objective = (shards: readonly Shard[], weights: Float32Array): number =>
  shards.reduce((sum, shard) => sum + lossOf(shard, weights), 0) / shards.length

/** The objective after each round of so many local steps by every client. */
function learn(
  aggregator: Aggregator,
  shards: readonly Shard[],
  { rounds, steps }: { rounds: number; steps: number },
) {
  let weights: Float32Array = new Float32Array(SIZE)
  for (let round = 0; round < rounds; round++) {
    const updates = shards.map((shard, contributor) => {
      const local = { contributor, contributors: shards.length, start: weights, learningRate: 0.3 }
      const own = weights.slice()
      for (let step = 0; step < steps; step++) {
        const gradient = new Float32Array(SIZE)
        lossOf(shard, own, gradient)
        aggregator.correct?.(gradient, own, local)
        for (let j = 0; j < SIZE; j++) own[j] -= local.learningRate * gradient[j]
      }
      const [update] = updatesOf([own], () => ({ contributor, steps, samples: 1 }))
      aggregator.localEnd?.(update, local)
      return update
    })
    weights = aggregator.aggregate(weights, updates)
  }
  return objective(shards, weights)
}

describe('clients of unlike classes, Dirichlet(0.1), 20 local steps a round', () => {
  test('fedavg stays away from the optimum, fedprox less so, scaffold comes to it', async () => {
    const shards = await shardsOf(0.1)
    // One local step a round is gradient descent on the objective itself.
    const optimum = learn(await builtIn('aggregator', 'fedavg'), shards, { rounds: 1000, steps: 1 })
    const above = async (name: string, options = {}) =>
      learn(await builtIn('aggregator', name, options), shards, { rounds: 50, steps: 20 }) - optimum
    const [fedavg, fedprox, scaffold] = [
      await above('fedavg'),
      await above('fedprox', { mu: 0.3 }),
      await above('scaffold'),
    ]
    expect(fedprox).toBeLessThan(0.8 * fedavg)
    expect(scaffold).toBeLessThan(0.1 * fedprox)
    expect(fedavg).toBeGreaterThan(0.005)
  })

  test('where clients are alike they hardly differ', async () => {
    const shards = await shardsOf(1000)
    const end = async (name: string) =>
      learn(await builtIn('aggregator', name), shards, { rounds: 20, steps: 20 })
    const [fedavg, scaffold] = [await end('fedavg'), await end('scaffold')]
    expect(Math.abs(fedavg - scaffold)).toBeLessThan(0.005)
  })
})
