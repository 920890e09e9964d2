import { describe, expect, test } from 'vitest'
import { heldMemory } from '../../held-memory.js'
import { builtIn } from '../support.js'
import { read, sizeOf } from './samples.js'
import { softmaxAccuracy } from './softmax-regression.js'

const small = { segments: 1200, testSegments: 400 }

const intention = (options: Record<string, unknown> = {}) =>
  builtIn('dataset', 'synthetic-intention', options)

test('is of the size that the paper trains on, and streams: nothing is kept', async () => {
  const dataset = await intention()
  expect(dataset.train.count).toBe(51_200)
  expect(dataset.sampleShape).toEqual([10, 12, 12, 1])
  expect(dataset.classes).toBe(4)
  const into = new Float32Array(64 * sizeOf(dataset))
  const indices = new Int32Array(64)
  const before = heldMemory().arrayBuffers
  for (let from = 0; from < 51_200; from += 640) {
    for (let i = 0; i < 64; i++) indices[i] = from + i
    dataset.train.read(indices, into)
  }
  expect(heldMemory().arrayBuffers - before).toBeLessThan(8 * 2 ** 20)
  // Of the dataset too, then: it is still in use.
  dataset.train.read(indices, into)
})

test('classes are as frequent as each other', async () => {
  const { train } = await intention()
  for (let label = 0; label < 4; label++)
    expect(train.labels.filter((each) => each === label)).toHaveLength(12_800)
})

describe('can be learned, and not to perfection', () => {
  const accuracy = async (options: Record<string, unknown>, values?: number) =>
    softmaxAccuracy(await intention({ ...small, ...options }), {
      passes: 4,
      learningRate: 3e-3,
      ...(values !== undefined && { values }),
    })

  test('softmax regression comes well above chance and stays below certainty; more so the harder it is', async () => {
    const [easy, middling, hard] = [
      await accuracy({ difficulty: 0 }),
      await accuracy({ difficulty: 0.5 }),
      await accuracy({ difficulty: 1 }),
    ]
    expect(easy).toBeGreaterThan(0.97)
    expect(middling).toBeGreaterThan(0.6)
    expect(middling).toBeLessThan(0.95)
    expect(hard).toBeGreaterThan(0.28)
    expect(hard).toBeLessThan(0.6)
  })

  test('early frames only hint at the goal', async () => {
    const early = await accuracy({ difficulty: 0.2 }, 5 * 144)
    const all = await accuracy({ difficulty: 0.2 })
    expect(early).toBeGreaterThan(0.3)
    expect(early).toBeLessThan(all - 0.2)
  })

  test('where instruments may lie anywhere, place alone tells nothing', async () => {
    expect(await accuracy({ difficulty: 0.2, shuffleInstruments: true })).toBeLessThan(0.4)
  })
})

test('the hand ends nearer to its instrument than it set out, whatever else is in the picture', async () => {
  const dataset = await intention({ difficulty: 0, segments: 40 })
  const pixels = await read(dataset, dataset.train)
  // The brightest pixel of a frame is the hand's: without difficulty there is little noise.
  const rowOfHand = (segment: number, frame: number) => {
    const from = (segment * 10 + frame) * 144
    const picture = pixels.subarray(from, from + 144)
    return Math.floor(picture.indexOf(Math.max(...picture)) / 12)
  }
  for (let segment = 0; segment < 40; segment++) {
    expect(rowOfHand(segment, 0)).toBeGreaterThan(8)
    expect(rowOfHand(segment, 9)).toBeLessThan(7)
  }
})
