import type { ExpectedUpdate, ModelUpdate } from '../../../core/plugin/index.js'

/** Weights summed at a time: two of these fit the nearest cache. */
const BLOCK = 2048

/** The share of each update in a mean weighted by samples; equal shares where nobody tells of any. */
export function sampleShares(updates: readonly Pick<ExpectedUpdate, 'samples'>[]): Float64Array {
  const samples = Float64Array.from(updates, (update) => update.samples)
  const total = samples.reduce((sum, n) => sum + n, 0)
  return total > 0 ? samples.map((n) => n / total) : equalShares(updates)
}

/** One share for each update, all the same. */
export const equalShares = ({ length }: { readonly length: number }): Float64Array =>
  new Float64Array(length).fill(1 / length)

/** Σ share·vector over vectors of one length, summed in double precision. */
export function weightedSum(vectors: readonly Float32Array[], shares: ArrayLike<number>): Float32Array {
  const sum = new Float64Array(vectors[0].length)
  addScaled(sum, vectors, shares)
  return Float32Array.from(sum)
}

/** sum += Σ share·vector, a block after the other: that of the sum stays in the nearest cache. */
export function addScaled(
  sum: Float64Array,
  vectors: readonly Float32Array[],
  shares: ArrayLike<number>,
): void {
  for (let from = 0; from < sum.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, sum.length)
    let k = 0
    for (; k + 3 < vectors.length; k += 4) addFour(sum, vectors, shares, k, from, to)
    for (; k < vectors.length; k++) addOne(sum, vectors[k], shares[k], from, to)
  }
}

function addOne(sum: Float64Array, vector: Float32Array, share: number, from: number, to: number): void {
  for (let i = from; i < to; i++) sum[i] += share * vector[i]
}

/** Four at once: the sum is read and written a quarter as often. */
function addFour(
  sum: Float64Array,
  vectors: readonly Float32Array[],
  shares: ArrayLike<number>,
  k: number,
  from: number,
  to: number,
): void {
  const [a, b, c, d] = [vectors[k], vectors[k + 1], vectors[k + 2], vectors[k + 3]]
  const [p, q, r, s] = [shares[k], shares[k + 1], shares[k + 2], shares[k + 3]]
  for (let i = from; i < to; i++) sum[i] += p * a[i] + q * b[i] + r * c[i] + s * d[i]
}

export const weightsOf = (updates: readonly ModelUpdate[]): Float32Array[] =>
  updates.map((update) => update.weights)

/** Σ share·(weights − those it started from): what the updates would change, each from where it started. */
export function weightedChange(
  present: Float32Array,
  updates: readonly ModelUpdate[],
  shares: ArrayLike<number>,
): Float32Array {
  const result = new Float32Array(present.length)
  const sum = new Float64Array(BLOCK)
  for (let from = 0; from < present.length; from += BLOCK) {
    const size = Math.min(BLOCK, present.length - from)
    sum.fill(0)
    for (let k = 0; k < updates.length; k++) {
      const { weights, start = present } = updates[k]
      addScaledDifference(sum, weights, start, shares[k], from, size)
    }
    for (let i = 0; i < size; i++) result[from + i] = sum[i]
  }
  return result
}

function addScaledDifference(
  sum: Float64Array,
  weights: Float32Array,
  start: Float32Array,
  share: number,
  from: number,
  size: number,
): void {
  for (let i = 0; i < size; i++) sum[i] += share * (weights[from + i] - start[from + i])
}

/** present + rate·change, new. */
export function moved(present: Float32Array, change: Float32Array, rate: number): Float32Array {
  const result = new Float32Array(present.length)
  for (let i = 0; i < result.length; i++) result[i] = present[i] + rate * change[i]
  return result
}
