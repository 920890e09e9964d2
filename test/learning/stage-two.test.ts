import { describe, expect, test } from 'vitest'
import { UserError } from '../../core/errors.js'
import { RandomStreams } from '../../core/kernel/index.js'
import { AggregatedWeights } from '../../core/learning/aggregation.js'
import { disturbedHead } from '../../core/learning/head-sharing.js'
import { privateRelease } from '../../core/learning/privacy/index.js'
import type { Aggregator, ModelUpdate } from '../../core/plugin/index.js'
import { builtInPlugins } from '../../plugins/index.js'
import { heldMemory } from '../held-memory.js'
import { builtIn } from '../plugins/support.js'
import { completedAt, learnerOf } from './support.js'

const random = new RandomStreams(1)

test('eq. (3): bodies are put together by the samples of their clients', async () => {
  const given = {
    clients: 3,
    servers: 2,
    samplesPerRound: [8, 4, 12],
    learning: { head: { trained: false } },
  }
  const together = await learnerOf(given)
  await together.learner.round(1, completedAt([[0, 1], [2]]))
  // Each server alone, from the same start, on the same samples.
  const alone: Float32Array[] = []
  for (const servers of [
    [[0, 1], []],
    [[], [2]],
  ]) {
    const { learner } = await learnerOf(given)
    await learner.round(1, completedAt(servers))
    alone.push(learner.body)
  }
  const expected = alone[0].map((weight, i) => (12 * weight + 12 * alone[1][i]) / 24)
  for (const [i, weight] of together.learner.body.entries()) expect(weight).toBeCloseTo(expected[i], 6)
})

test('eq. (4): heads that take part become their mean by samples; the others stay', async () => {
  const given = (headParticipants: unknown) => ({
    clients: 4,
    servers: 1,
    samplesPerRound: [4, 8, 8, 4],
    learning: { head: { initialisation: 'private' }, aggregation: { headParticipants } },
  })
  const shared = await learnerOf(given([0, 2, 3]))
  const apart = await learnerOf(given('none'))
  // Client 3 did not complete the round.
  const completed = completedAt([[0, 1, 2]])
  const start = apart.learner.head(3)
  await shared.learner.round(1, completed)
  await apart.learner.round(1, completed)
  const [a, b, c] = [0, 1, 2].map((client) => apart.learner.head(client))
  const mean = a.map((weight, i) => (4 * weight + 8 * c[i]) / 12)
  for (const client of [0, 2])
    for (const [i, weight] of shared.learner.head(client).entries()) expect(weight).toBeCloseTo(mean[i], 6)
  expect(shared.learner.head(1)).toEqual(b)
  expect(shared.learner.head(3)).toEqual(start)
})

test('what is shared is the clipped change, with noise of the multiplier times the norm', () => {
  const start = Float32Array.from({ length: 4000 }, (_, i) => Math.sin(i))
  const weights = start.map((weight, i) => weight + (i === 0 ? 30 : i === 1 ? 40 : 0))
  const settings = {
    noise: 'gaussian',
    clipNorm: 5,
    noiseMultiplier: 0,
    epsilon: null,
    delta: 1e-5,
    sampling: 1,
  } as const
  const clipped = disturbedHead(
    weights,
    { start, known: start },
    privateRelease(settings, 1),
    random.stream('noise'),
  )
  expect(clipped[0] - start[0]).toBeCloseTo(3, 4)
  expect(clipped[1] - start[1]).toBeCloseTo(4, 4)
  const release = privateRelease({ ...settings, noiseMultiplier: 0.4 }, 1)
  const noisy = disturbedHead(weights, { start, known: start }, release, random.stream('noise'))
  const variance = noisy.reduce((sum, weight, i) => sum + (weight - clipped[i]) ** 2, 0) / noisy.length
  // Five standard errors around (0.4 × 5)².
  expect(Math.abs(variance / 4 - 1)).toBeLessThan(5 * Math.sqrt(2 / noisy.length))
})

/** Adds up what it is given, and remembers it. */
function recording(bufferSize?: number) {
  const calls: ModelUpdate[][] = []
  const aggregator: Aggregator = {
    aggregate(start, updates) {
      calls.push([...updates])
      return start.map((weight) => weight + updates.length)
    },
    ...(bufferSize !== undefined && { bufferSize }),
  }
  return { aggregator, calls }
}

const update = (contributor: number, arrivesAt: number) => ({
  contributor,
  arrivesAt,
  weights: Float32Array.of(contributor),
  samples: 1,
  steps: 1,
})

test('asynchronous updates are taken in the order of simulated time, with their staleness; what is left waits', () => {
  const { aggregator, calls } = recording(2)
  const weights = new AggregatedWeights(aggregator, Float32Array.of(0), { contributors: 5, learningRate: 1 })
  weights.aggregate([update(0, 9), update(1, 3), update(2, 5), update(3, 7), update(4, 1)])
  expect(calls.map((call) => call.map(({ contributor, staleness }) => [contributor, staleness]))).toEqual([
    [
      [4, 0],
      [1, 0],
    ],
    [
      [2, 1],
      [3, 1],
    ],
  ])
  expect(weights.version).toBe(2)
  const saved = weights.state.save()
  const other = recording(2)
  const restored = new AggregatedWeights(other.aggregator, Float32Array.of(7), {
    contributors: 5,
    learningRate: 1,
  })
  restored.state.restore({ arrays: saved.arrays, values: JSON.parse(JSON.stringify(saved.values)) })
  for (const [each, seen] of [
    [weights, calls],
    [restored, other.calls],
  ] as const) {
    each.aggregate([update(1, 12)])
    const last = seen.at(-1) ?? []
    expect(last.map(({ contributor, staleness }) => [contributor, staleness])).toEqual([
      [0, 2],
      [1, 0],
    ])
    expect(last[0].start).toEqual(Float32Array.of(0))
    expect(each.weights).toEqual(Float32Array.of(6))
  }
})

describe('updates that are added up as they come', () => {
  const aggregators = builtInPlugins.list('aggregator').map(({ name }) => name)
  const stream = random.stream('updates')

  test.each(aggregators)('%s: come to what they come to all at once, to the bit', async (name) => {
    const [one, other] = [await builtIn('aggregator', name), await builtIn('aggregator', name)]
    if (other.bufferSize !== undefined) return
    const of = (aggregator: Aggregator) =>
      new AggregatedWeights(aggregator, new Float32Array(64).fill(0.1), {
        contributors: 9,
        learningRate: 0.1,
      })
    const [whole, single] = [of(one), of(other)]
    for (let round = 0; round < 3; round++) {
      const updates = Array.from({ length: 9 }, (_, contributor) => ({
        contributor,
        samples: 1 + stream.integer(50),
        steps: 1 + stream.integer(5),
        arrivesAt: stream.integer(4),
        weights: Float32Array.from({ length: 64 }, () => stream.normal()),
      }))
      expect(whole.aggregate(updates)).toEqual([])
      const coming = single.begin(updates.map(({ weights: _, ...awaited }) => awaited))
      expect([...coming.order].sort()).toEqual([...updates.keys()])
      for (const place of coming.order) coming.add(updates[place].weights)
      expect(coming.end()).toEqual([])
      expect(single.weights).toEqual(whole.weights)
      expect(single.version).toBe(whole.version)
    }
  })

  test.each(['fedavg', 'fedprox', 'fedavgm', 'fedadam', 'fedadagrad', 'fedyogi', 'fednova'])(
    '%s: are not kept',
    async (name) => {
      const length = 100_000
      const weights = new AggregatedWeights(await builtIn('aggregator', name), new Float32Array(length), {
        contributors: 60,
        learningRate: 0.1,
      })
      const awaited = Array.from({ length: 60 }, (_, contributor) => ({
        contributor,
        samples: 1,
        steps: 1,
        arrivesAt: 0,
      }))
      const round = weights.begin(awaited)
      const before = heldMemory().arrayBuffers
      for (const _ of round.order) round.add(new Float32Array(length).fill(1))
      // Up to seven wait for an eighth.
      expect(heldMemory().arrayBuffers - before).toBeLessThan(8 * 4 * length)
      round.end()
    },
  )
})

test('synchronous updates wait for all', () => {
  const { aggregator, calls } = recording()
  const weights = new AggregatedWeights(aggregator, Float32Array.of(0), { contributors: 2, learningRate: 1 })
  weights.aggregate([update(1, 3), update(0, 9)])
  weights.aggregate([])
  expect(calls.map((call) => call.length)).toEqual([2])
})

test('updates that an aggregator cannot put together are lost: the weights stay, and why is told', async () => {
  const picky: Aggregator = {
    aggregate(start, updates) {
      if (updates.length < 3) throw new UserError('picky takes three')
      return start.map((weight) => weight + 1)
    },
  }
  const weights = new AggregatedWeights(picky, Float32Array.of(0), { contributors: 5, learningRate: 1 })
  expect(weights.aggregate([update(0, 1), update(1, 1)])).toEqual([
    { updates: 2, reason: 'picky takes three' },
  ])
  expect([weights.weights[0], weights.version]).toEqual([0, 0])
  expect(weights.aggregate([update(0, 1), update(1, 1), update(2, 1)])).toEqual([])
  expect([weights.weights[0], weights.version]).toEqual([1, 1])
  const buffered = new AggregatedWeights({ ...picky, bufferSize: 2 }, Float32Array.of(0), {
    contributors: 5,
    learningRate: 1,
  })
  expect(buffered.aggregate([0, 1, 2, 3, 4].map((i) => update(i, i)))).toHaveLength(2)
  expect(buffered.state.save().values).toMatchObject({ weights: { waiting: [{ contributor: 4 }] } })
  const broken: Aggregator = {
    aggregate() {
      throw new TypeError('a mistake of ours')
    },
  }
  const own = new AggregatedWeights(broken, Float32Array.of(0), { contributors: 1, learningRate: 1 })
  expect(() => own.aggregate([update(0, 1)])).toThrow('a mistake of ours')
})

test('krum with too few clients left keeps the weights of the round before, and takes up again with enough', async () => {
  const { learner } = await learnerOf({
    clients: 5,
    servers: 1,
    learning: { protocol: 'federated', aggregation: { body: 'krum' } },
  })
  const before = learner.body
  const { unaggregated } = await learner.round(1, completedAt([[3]]))
  expect(unaggregated).toMatchObject([{ part: 'body', updates: 1 }])
  expect(unaggregated[0].reason).toContain('expected at least 5 updates')
  expect(learner.body).toEqual(before)
  const all = await learner.round(2, completedAt([[0, 1, 2, 3, 4]]))
  expect(all.unaggregated).toEqual([])
  expect(learner.body).not.toEqual(before)
})

test('a reference has one body, which an aggregator of several leaves as it is', async () => {
  const { learner } = await learnerOf({
    learning: { protocol: 'centralized', aggregation: { body: 'krum' } },
  })
  const before = learner.body
  const { unaggregated } = await learner.round(1, completedAt([[0, 1, 2, 3]]))
  expect(unaggregated).toEqual([])
  expect(learner.body).not.toEqual(before)
})
