import type { RandomStream, SavedState } from '../../../core/plugin/index.js'
import { FEATURES } from './features.js'
import type { Lessons } from './lessons.js'
import { initialWeights, SlotNetwork } from './network.js'
import { WIDTH } from './policy.js'
import { SHORTLIST } from './requests.js'

/** Lessons of an update. */
export const BATCH = 64

/** Errors of Q beyond this pull no harder: a round that fails altogether must not drown the rest. */
const HUBER = 0.2

/** Largest norm of a gradient. */
const CLIP = 1

/**
 * Fits the slot network to lessons by Adam.
 *
 * The loss of a lesson is the Huber loss of Q over its candidates (the temporal difference), plus the cross entropy
 * between softmax(target / τ) and softmax(Q / τ): candidates differ by a hundredth of what their values spread over
 * rounds, and the order among the good ones is what decides.
 */
export class QLearner {
  readonly network: SlotNetwork
  readonly #temperature: number
  updates = 0

  constructor(temperature: number, random: RandomStream) {
    this.#temperature = temperature
    this.network = new SlotNetwork(FEATURES, WIDTH, SHORTLIST * BATCH, BATCH, true)
    this.network.weights.set(initialWeights(FEATURES, WIDTH, random))
  }

  get weights(): Float32Array {
    return this.network.weights
  }

  /** One update from lessons drawn at random; returns the mean absolute error of Q. */
  update(lessons: Lessons, learningRate: number, random: RandomStream): number {
    const { network } = this
    const drawn = Array.from({ length: BATCH }, () => random.integer(lessons.size))
    let rows = 0
    for (let group = 0; group < BATCH; group++) {
      const from = drawn[group] * SHORTLIST * FEATURES
      const count = lessons.counts[drawn[group]]
      network.starts[group] = rows
      network.features.set(lessons.features.subarray(from, from + count * FEATURES), rows * FEATURES)
      rows += count
    }
    network.starts[BATCH] = rows
    network.forward(BATCH)
    let error = 0
    for (let group = 0; group < BATCH; group++) error += this.#differentiate(lessons, drawn[group], group)
    network.backward(BATCH)
    network.adam(++this.updates, learningRate, CLIP)
    return error / BATCH
  }

  /** Writes the gradient of a lesson's loss by the network's values; returns the mean absolute error of Q. */
  #differentiate(lessons: Lessons, lesson: number, group: number): number {
    const { values, training, starts } = this.network
    const { valueGradient } = training
    const row = starts[group]
    const count = starts[group + 1] - row
    const at = lesson * SHORTLIST
    let bestTarget = Number.NEGATIVE_INFINITY
    let bestValue = Number.NEGATIVE_INFINITY
    for (let i = 0; i < count; i++) {
      bestTarget = Math.max(bestTarget, lessons.targets[at + i])
      bestValue = Math.max(bestValue, values[row + i] - lessons.rises[at + i])
    }
    let targetSum = 0
    let valueSum = 0
    for (let i = 0; i < count; i++) {
      targetSum += this.#likelihood(lessons.targets[at + i] - bestTarget)
      valueSum += this.#likelihood(values[row + i] - lessons.rises[at + i] - bestValue)
    }
    let error = 0
    for (let i = 0; i < count; i++) {
      const target = lessons.targets[at + i]
      const value = values[row + i] - lessons.rises[at + i]
      const difference = value - target
      const entropy =
        this.#likelihood(value - bestValue) / valueSum - this.#likelihood(target - bestTarget) / targetSum
      const temporal = Math.max(-HUBER, Math.min(HUBER, difference)) / count
      valueGradient[row + i] = (entropy + temporal) / BATCH
      error += Math.abs(difference) / count
    }
    return error
  }

  #likelihood(difference: number): number {
    return Math.exp(difference / this.#temperature)
  }

  save(): SavedState['arrays'] {
    const { weights, training } = this.network
    return {
      weights: weights.slice(),
      moment: training.moment.slice(),
      square: training.square.slice(),
      updates: Float64Array.of(this.updates),
    }
  }

  restore(arrays: SavedState['arrays']): void {
    const { weights, training } = this.network
    weights.set(arrays.weights)
    training.moment.set(arrays.moment)
    training.square.set(arrays.square)
    this.updates = arrays.updates[0]
  }
}
