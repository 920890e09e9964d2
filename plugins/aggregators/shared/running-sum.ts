import type { Aggregator, ExpectedUpdate, RunningAggregation } from '../../../core/plugin/index.js'

/** Vectors that are added at once: the sum is read and written a quarter as often. */
const AT_ONCE = 4

/** Σ share·vector over vectors that come one at a time, in double precision; no more than four of them are kept. */
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
    if (this.#vectors.length < AT_ONCE) return
    const sum = this.#sum
    const [a, b, c, d] = this.#vectors
    const [p, q, r, s] = this.#shares
    for (let i = 0; i < sum.length; i++) sum[i] += p * a[i] + q * b[i] + r * c[i] + s * d[i]
    this.#vectors = []
    this.#shares = []
  }

  /** Adds share·(weights − start). */
  addDifference(weights: Float32Array, start: Float32Array, share: number): void {
    const sum = this.#sum
    for (let i = 0; i < sum.length; i++) sum[i] += share * (weights[i] - start[i])
  }

  /** The sum in single precision. */
  end(): Float32Array {
    const sum = this.#sum
    for (const [k, vector] of this.#vectors.entries()) {
      const share = this.#shares[k]
      for (let i = 0; i < sum.length; i++) sum[i] += share * vector[i]
    }
    this.#vectors = []
    this.#shares = []
    return Float32Array.from(sum)
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
