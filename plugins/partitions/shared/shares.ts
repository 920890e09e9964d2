import type { RandomStream } from '../../../core/plugin/index.js'

/** The numbers 0 to count − 1 in a random order. */
export const shuffled = (count: number, random: RandomStream): Int32Array =>
  random.shuffle(Int32Array.from({ length: count }, (_, i) => i))

/** One draw from the symmetric Dirichlet distribution: shares that sum to 1. */
export function dirichletShares(count: number, alpha: number, random: RandomStream): Float64Array {
  // Gamma(α) is Gamma(α + 1)·u^(1/α), in logarithms, since with small α it is mostly too small for a double.
  const logs = Float64Array.from(
    { length: count },
    () => Math.log(random.gamma(alpha + 1)) + Math.log1p(-random.next()) / alpha,
  )
  const largest = logs.reduce((max, log) => Math.max(max, log), Number.NEGATIVE_INFINITY)
  const weights = logs.map((log) => Math.exp(log - largest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** Cuts a list into consecutive pieces of these shares, each within one item of its share. */
export function cut(items: Int32Array, shares: Float64Array): Int32Array[] {
  let sum = 0
  let from = 0
  return Array.from(shares, (share, i) => {
    sum += share
    const to = i === shares.length - 1 ? items.length : Math.min(items.length, Math.round(sum * items.length))
    const piece = items.subarray(from, to)
    from = Math.max(from, to)
    return piece
  })
}

/** Lists joined, in ascending order. */
export function joined(lists: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(lists.reduce((sum, { length }) => sum + length, 0))
  let place = 0
  for (const list of lists) {
    all.set(list, place)
    place += list.length
  }
  return all.sort()
}

/** The samples of each class, in a random order. */
export function byClass(labels: Int32Array, classes: number, random: RandomStream): Int32Array[] {
  const counts = new Int32Array(classes)
  for (const label of labels) counts[label]++
  const lists = Array.from(counts, (count) => new Int32Array(count))
  const places = new Int32Array(classes)
  for (let i = 0; i < labels.length; i++) lists[labels[i]][places[labels[i]]++] = i
  return lists.map((list) => random.shuffle(list))
}
