import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { protocols } from '../../core/learning/protocols.js'
import { batchesOf, type Share, stepsOf } from '../../core/learning/steps.js'
import { learningProtocols } from '../../core/plugin/index.js'
import { completedAt, learnerOf } from './support.js'

const share = (client: number, held: number, samplesPerRound: number, size: number): Share => {
  const { batchSize, samples } = batchesOf(held, { samplesPerRound, batchSize: size })
  const indices = Int32Array.from({ length: samples }, (_, i) => 100 * client + (i % held))
  return { client, server: 0, finishedAt: 0, batchSize, indices }
}

test('a client that holds fewer samples than a batch takes as many steps as others, with all it holds', () => {
  expect(batchesOf(2, { samplesPerRound: 16, batchSize: 32 })).toEqual({ batchSize: 2, samples: 2 })
  expect(batchesOf(10, { samplesPerRound: 133, batchSize: 64 })).toEqual({ batchSize: 10, samples: 25 })
  const random = new RandomStreams(1).stream('turns')
  const steps = stepsOf(
    [share(0, 500, 133, 64), share(1, 10, 133, 64)],
    protocols.federated,
    { passes: 1 },
    random,
  )
  expect(steps.map((step) => step.map(({ indices }) => indices.length))).toEqual([
    [64, 10],
    [64, 10],
    [5, 5],
  ])
})

test('whoever holds a batch or its samples of a round trains on all of these', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 300 }),
      fc.nat(300),
      (perRound, size, more) => {
        const held = Math.min(size, perRound) + more
        const { batchSize, samples } = batchesOf(held, { samplesPerRound: perRound, batchSize: size })
        expect(samples).toBe(perRound)
        expect(Math.ceil(samples / batchSize)).toBe(Math.ceil(perRound / size))
      },
    ),
  )
})

test.each(learningProtocols)(
  '%s learns with clients that hold less than a batch, and one that holds nothing',
  async (protocol) => {
    const { task, learner } = await learnerOf({
      samplesPerRound: 8,
      learning: { protocol, batchSize: 32 },
    })
    const parts = task.parts as Int32Array[]
    parts[1] = parts[1].slice(0, 2)
    parts[2] = parts[2].slice(0, 0)
    const { samples, loss } = await learner.round(1, completedAt([[0, 1, 2, 3]]))
    expect(loss).toBeGreaterThan(0)
    expect(samples).toBe(8 + 2 + 8)
  },
)
