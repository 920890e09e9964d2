import type { Dataset } from '../../../core/plugin/index.js'
import { read, sizeOf } from './samples.js'

interface Training {
  readonly passes: number
  readonly learningRate: number
  /** Values of a sample to look at, from the first on; all where left out. */
  readonly values?: number
}

/** Share of test samples that softmax regression, trained by plain SGD, tells the class of: the least a model can do. */
export async function softmaxAccuracy(
  dataset: Dataset,
  { passes, learningRate, values }: Training,
): Promise<number> {
  const { classes, train, test } = dataset
  const size = sizeOf(dataset)
  const used = values ?? size
  const x = await read(dataset, train)
  const weights = new Float64Array(classes * (used + 1))
  const scores = new Float64Array(classes)
  const score = (inputs: Float32Array, sample: number) => {
    for (let c = 0; c < classes; c++) {
      let sum = weights[c * (used + 1) + used]
      for (let j = 0; j < used; j++) sum += weights[c * (used + 1) + j] * inputs[sample * size + j]
      scores[c] = sum
    }
  }
  for (let pass = 0; pass < passes; pass++) {
    for (let sample = 0; sample < train.count; sample++) {
      score(x, sample)
      const most = Math.max(...scores)
      const total = scores.reduce((sum, s) => sum + Math.exp(s - most), 0)
      for (let c = 0; c < classes; c++) {
        const error = Math.exp(scores[c] - most) / total - (c === train.labels[sample] ? 1 : 0)
        const step = learningRate * error
        for (let j = 0; j < used; j++) weights[c * (used + 1) + j] -= step * x[sample * size + j]
        weights[c * (used + 1) + used] -= step
      }
    }
  }
  const inputs = await read(dataset, test)
  let right = 0
  for (let sample = 0; sample < test.count; sample++) {
    score(inputs, sample)
    if (scores.indexOf(Math.max(...scores)) === test.labels[sample]) right++
  }
  return right / test.count
}
