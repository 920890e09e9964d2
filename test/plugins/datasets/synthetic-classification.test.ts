import { expect, test } from 'vitest'
import { normalDistribution } from '../statistics.js'
import { builtIn } from '../support.js'
import { read } from './samples.js'
import { softmaxAccuracy } from './softmax-regression.js'

test('two clusters are told apart as well as their distance allows: Φ(d / 2)', async () => {
  const options = { classes: 2, features: 1, separation: 3, samples: 4000, testSamples: 4000 }
  const dataset = await builtIn('dataset', 'synthetic-classification', options)
  const values = await read(dataset, dataset.train)
  const mean = (label: number) => {
    const own = [...values].filter((_, i) => dataset.train.labels[i] === label)
    return own.reduce((sum, x) => sum + x, 0) / own.length
  }
  const distance = Math.abs(mean(0) - mean(1))
  const accuracy = await softmaxAccuracy(dataset, { passes: 5, learningRate: 0.01 })
  expect(accuracy).toBeCloseTo(normalDistribution(distance / 2), 1)
})

test('the mean square distance of two centres is separation²', async () => {
  const options = { classes: 200, features: 16, separation: 3, samples: 200 * 50 }
  const dataset = await builtIn('dataset', 'synthetic-classification', options)
  const values = await read(dataset, dataset.train)
  const centres = new Float64Array(200 * 16)
  for (let i = 0; i < 10_000; i++)
    for (let f = 0; f < 16; f++) centres[(i % 200) * 16 + f] += values[i * 16 + f] / 50
  let sum = 0
  for (let a = 0; a < 200; a += 2)
    for (let f = 0; f < 16; f++) sum += (centres[a * 16 + f] - centres[(a + 1) * 16 + f]) ** 2
  // The means of 50 samples are off by 2·16/50 themselves.
  expect(Math.abs((sum / 100 - 0.64) / 9 - 1)).toBeLessThan(0.15)
})

test('the wider apart, the easier; at 0 nothing can be learned', async () => {
  const accuracy = async (separation: number) => {
    const options = { separation, samples: 2000, testSamples: 1000, classes: 5, features: 8 }
    return softmaxAccuracy(await builtIn('dataset', 'synthetic-classification', options), {
      passes: 4,
      learningRate: 0.01,
    })
  }
  const [none, some, much] = [await accuracy(0), await accuracy(3), await accuracy(9)]
  expect(Math.abs(none - 0.2)).toBeLessThan(0.06)
  expect(some).toBeGreaterThan(0.5)
  expect(much).toBeGreaterThan(0.97)
})

test('a share of the training labels can be drawn at random', async () => {
  const options = { labelNoise: 0.5, classes: 4, samples: 8000 }
  const { train, test } = await builtIn('dataset', 'synthetic-classification', options)
  const wrong = train.labels.filter((label, i) => label !== i % 4).length / 8000
  // Of the half that is drawn a quarter comes out as it was.
  expect(wrong).toBeCloseTo(0.375, 1)
  expect([...test.labels].every((label, i) => label === i % 4)).toBe(true)
})
