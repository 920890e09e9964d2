import type { Aggregator, ExpectedUpdate, RunningAggregation } from '../../../core/plugin/index.js'
import { addScaled } from './weighted-mean.js'

/** Vectors that wait to be added together: the sum goes through memory once for so many. */
const AT_ONCE = 8

/** Σ share·vector over vectors that come one at a time, in double precision; no more than eight of them are kept. */
class RunningSum {
  readonly #sum: Float64Array
  #vectors: Float32Array[] = []
  #shares: number[] = []

  constructor(length: number) {
    this.#sum = new Float64Array(length)
  }

  /** Adds a vector, which is not changed before the end. */
  add(vector: Float32Array, share: number): void {
    this.#vectors.push(vector)
    this.#shares.push(share)
    if (this.#vectors.length === AT_ONCE) this.#addWaiting()
  }

  /** Adds share·(weights − start). */
  addDifference(weights: Float32Array, start: Float32Array, share: number): void {
    const sum = this.#sum
    for (let i = 0; i < sum.length; i++) sum[i] += share * (weights[i] - start[i])
  }

  /** The sum in single precision. */
  end(): Float32Array {
    this.#addWaiting()
    return Float32Array.from(this.#sum)
  }

  #addWaiting(): void {
    addScaled(this.#sum, this.#vectors, this.#shares)
    this.#vectors = []
    this.#shares = []
  }
}

/** An aggregator of the weighted mean of the weights. */
export const ofMean = (
  sharesOf: (expected: readonly ExpectedUpdate[]) => ArrayLike<number>,
): Required<Pick<Aggregator, 'aggregate' | 'begin'>> =>
  withAggregate((start, expected) => {
    const shares = sharesOf(expected)
    const sum = new RunningSum(start.length)
    let k = 0
    return { add: ({ weights }) => sum.add(weights, shares[k++]), end: () => sum.end() }
  })

/** An aggregator of Σ share·(weights − those it started from), of which it makes the next weights. */
export const ofChange = (
  sharesOf: (expected: readonly ExpectedUpdate[]) => ArrayLike<number>,
  next: (start: Float32Array, change: Float32Array, expected: readonly ExpectedUpdate[]) => Float32Array,
): Required<Pick<Aggregator, 'aggregate' | 'begin'>> =>
  withAggregate((start, expected) => {
    const shares = sharesOf(expected)
    const sum = new RunningSum(start.length)
    let k = 0
    return {
      add: ({ weights, start: from = start }) => sum.addDifference(weights, from, shares[k++]),
      end: () => next(start, sum.end(), expected),
    }
  })

/** `aggregate` by `begin`. */
function withAggregate(
  begin: (start: Float32Array, expected: readonly ExpectedUpdate[]) => RunningAggregation,
) {
  return {
    begin,
    aggregate: (start: Float32Array, updates: Parameters<Aggregator['aggregate']>[1]) => {
      const running = begin(start, updates)
      for (const update of updates) running.add(update)
      return running.end()
    },
  }
}
