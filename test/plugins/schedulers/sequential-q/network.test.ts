import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../../core/kernel/index.js'
import { FEATURES } from '../../../../plugins/schedulers/sequential-q/features.js'
import { Lessons } from '../../../../plugins/schedulers/sequential-q/lessons.js'
import {
  initialWeights,
  SlotNetwork,
  weightLayout,
} from '../../../../plugins/schedulers/sequential-q/network.js'
import { QLearner } from '../../../../plugins/schedulers/sequential-q/q-learner.js'
import { SHORTLIST } from '../../../../plugins/schedulers/sequential-q/requests.js'

const inputs = 8
const width = 16

const randomStream = (name: string) => new RandomStreams(1).stream(name)

/** Random weights, heads included. */
function randomWeights(): Float32Array {
  const random = randomStream('weights')
  return initialWeights(inputs, width, random).map((value) => (value === 0 ? random.normal(0, 0.5) : value))
}

/** The network as its definition has it, in double precision. */
function plainValues(weights: ArrayLike<number>, group: readonly number[][]): number[] {
  const part = new Map(
    weightLayout(inputs, width).map(({ name, offset, length }) => [
      name as string,
      Array.from(weights).slice(offset, offset + length),
    ]),
  )
  const times = (x: number[], name: string) =>
    Array.from({ length: width }, (_, o) =>
      x.reduce((sum, value, i) => sum + value * part.get(name)![i * width + o], 0),
    )
  const plus = (...terms: number[][]) => terms[0].map((_, i) => terms.reduce((sum, term) => sum + term[i], 0))
  const rectified = (x: number[]) => x.map((value) => Math.max(0, value))
  const meanOf = (rows: number[][]) =>
    rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length)
  const dot = (x: number[], name: string) => x.reduce((sum, value, i) => sum + value * part.get(name)![i], 0)

  const first = group.map((x) => rectified(plus(times(x, 'encoder/weights'), part.get('encoder/bias')!)))
  const pooled = times(meanOf(first), 'slot/pooled')
  const second = first.map((h) => rectified(plus(times(h, 'slot/weights'), pooled, part.get('slot/bias')!)))
  const value = dot(meanOf(second), 'value/weights') + part.get('value/bias')![0]
  const advantages = second.map((h) => dot(h, 'advantage/weights'))
  const average = advantages.reduce((sum, a) => sum + a, 0) / advantages.length
  return advantages.map((a) => value + a - average)
}

const starts = [0, 5, 6, 14]

function filledNetwork() {
  const network = new SlotNetwork(inputs, width, 14, 3, true)
  const random = randomStream('features')
  network.weights.set(randomWeights())
  network.starts.set(starts)
  const features = Array.from({ length: 14 * inputs }, () => random.normal())
  network.features.set(features)
  return { network, features }
}

describe('the slot network', () => {
  test('computes what its definition says, whatever the sizes of the groups', () => {
    const { network, features } = filledNetwork()
    network.forward(3)
    for (let group = 0; group < 3; group++) {
      const rows = Array.from({ length: starts[group + 1] - starts[group] }, (_, i) =>
        features.slice((starts[group] + i) * inputs, (starts[group] + i + 1) * inputs),
      )
      const expected = plainValues(network.weights, rows)
      for (const [i, value] of expected.entries())
        expect(network.values[starts[group] + i]).toBeCloseTo(value, 4)
    }
  })

  test('gives each slot the same, in whatever order slots come', () => {
    const { network, features } = filledNetwork()
    network.starts.set([0, 14])
    network.forward(1)
    const before = [...network.values.subarray(0, 14)]
    for (let row = 0; row < 14; row++)
      network.features.set(features.slice((13 - row) * inputs, (14 - row) * inputs), row * inputs)
    network.forward(1)
    for (let row = 0; row < 14; row++) expect(network.values[row]).toBeCloseTo(before[13 - row], 4)
  })

  test('has the gradient that finite differences have', () => {
    const { network, features } = filledNetwork()
    const random = randomStream('targets')
    const targets = Array.from({ length: 14 }, () => random.normal())
    network.forward(3)
    for (const [i, target] of targets.entries())
      network.training.valueGradient[i] = network.values[i] - target
    network.backward(3)
    const { gradient } = network.training

    const weights = [...network.weights]
    const rows = Array.from({ length: 14 }, (_, i) => features.slice(i * inputs, (i + 1) * inputs))
    const loss = () => {
      const values = [0, 1, 2].flatMap((g) => plainValues(weights, rows.slice(starts[g], starts[g + 1])))
      return targets.reduce((sum, target, i) => sum + 0.5 * (values[i] - target) ** 2, 0)
    }
    const scale = Math.max(...gradient.map(Math.abs))
    for (const { name, offset, length } of weightLayout(inputs, width))
      for (let i = offset; i < offset + length; i += Math.ceil(length / 12)) {
        const kept = weights[i]
        weights[i] = kept + 1e-6
        const above = loss()
        weights[i] = kept - 1e-6
        const below = loss()
        weights[i] = kept
        expect(Math.abs((above - below) / 2e-6 - gradient[i]), `${name} ${i}`).toBeLessThan(1e-4 * scale)
      }
  })

  test('takes the steps of Adam, with gradients cut to length', () => {
    const network = new SlotNetwork(inputs, width, 1, 1, true)
    const { gradient } = network.training
    const weights = Array.from(network.weights.fill(0.5))
    const [moment, square] = [weights.map(() => 0), weights.map(() => 0)]
    for (let count = 1; count <= 3; count++) {
      for (let i = 0; i < gradient.length; i++) gradient[i] = Math.sin(i * count)
      const norm = Math.hypot(...gradient)
      network.adam(count, 0.01, 2)
      for (let i = 0; i < weights.length; i++) {
        const g = (Math.sin(i * count) * 2) / norm
        moment[i] = 0.9 * moment[i] + 0.1 * g
        square[i] = 0.999 * square[i] + 0.001 * g * g
        weights[i] -=
          (0.01 * (moment[i] / (1 - 0.9 ** count))) / (Math.sqrt(square[i] / (1 - 0.999 ** count)) + 1e-8)
      }
    }
    for (const [i, weight] of weights.entries()) expect(network.weights[i]).toBeCloseTo(weight, 5)
  })
})

test('the learner comes to value candidates as the lessons do', { timeout: 60_000 }, () => {
  const random = randomStream('lessons')
  const lessons = new Lessons(200)
  const features = new Float32Array(SHORTLIST * FEATURES)
  const [rises, targets] = [new Float64Array(SHORTLIST), new Float64Array(SHORTLIST)]
  // Which candidate is best follows from two features, against what it looks to cost.
  for (let lesson = 0; lesson < 200; lesson++) {
    for (let i = 0; i < features.length; i++) features[i] = random.normal()
    for (let i = 0; i < SHORTLIST; i++) {
      rises[i] = 0.01 * i
      targets[i] = -0.1 - 0.01 * i + 0.05 * features[FEATURES * i] * features[FEATURES * i + 1]
    }
    lessons.add(SHORTLIST, features, rises, targets)
  }
  const learner = new QLearner(0.03, random)
  const errors = Array.from({ length: 200 }, () => learner.update(lessons, 1e-3, random))
  expect(errors.at(-1)).toBeLessThan(errors[0] / 3)
})
