import { power } from '../../../core/plugin/index.js'
import { stretchKernels } from './stretches.js'

/** Weights sorted at a time. */
const BLOCK = 1024
/** Beyond so many updates a sort of each coordinate is faster than a network of exchanges. */
const LARGEST_NETWORK = 64

/** A stretch of coordinates: `ranks[r][i]` is the r-th smallest value of coordinate `from + i`. */
export interface SortedValues {
  readonly from: number
  readonly size: number
  readonly ranks: readonly Float32Array[]
}

/**
 * Hands over the values of each coordinate in ascending order, stretch by stretch; only ranks from `first` to `last`
 * are in their places.
 *
 * What is not a number counts as infinite, so that it ends up where outliers do.
 */
export function forSortedValues(
  vectors: readonly Float32Array[],
  [first, last]: readonly [number, number],
  each: (values: SortedValues) => void,
): void {
  const count = vectors.length
  const { length } = vectors[0]
  const exchanges = count <= LARGEST_NETWORK ? exchangesFor(count, first, last).flat() : []
  const bytes = 4 * BLOCK
  const list = count * bytes
  const { memory, toKeys, toValues, exchange } = stretchKernels(list + 4 * exchanges.length)
  new Uint32Array(memory.buffer, list, exchanges.length).set(exchanges)
  const keys = vectors.map((_, k) => new Int32Array(memory.buffer, k * bytes, BLOCK))
  const ranks = keys.map((key) => new Float32Array(memory.buffer, key.byteOffset, BLOCK))
  for (let from = 0; from < length; from += BLOCK) {
    const size = Math.min(BLOCK, length - from)
    for (let k = 0; k < count; k++) ranks[k].set(vectors[k].subarray(from, from + size))
    toKeys(0, count * bytes)
    if (count <= LARGEST_NETWORK) exchange(list, exchanges.length / 2, 0, bytes)
    else sortEach(keys, size)
    toValues(first * bytes, (last - first + 1) * bytes)
    each({ from, size, ranks })
  }
}

function sortEach(ranks: readonly Int32Array[], size: number): void {
  const values = new Int32Array(ranks.length)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < ranks.length; k++) values[k] = ranks[k][i]
    values.sort()
    for (let k = 0; k < ranks.length; k++) ranks[k][i] = values[k]
  }
}

/**
 * The exchanges that sort so many values (Batcher's merge exchange), without those that no wanted rank depends on.
 *
 * The same for every coordinate and without branches, which is what makes them fast.
 */
export function exchangesFor(count: number, first: number, last: number): [low: number, high: number][] {
  const all: [number, number][] = []
  const top = power(2, Math.ceil(Math.log2(Math.max(2, count)) - 1))
  for (let p = top; p > 0; p >>= 1) {
    let q = top
    let r = 0
    for (let d = p; d > 0; ) {
      for (let i = 0; i < count - d; i++) if ((i & p) === r) all.push([i, i + d])
      if (q === p) break
      d = q - p
      q >>= 1
      r = p
    }
  }
  const wanted = new Set(Array.from({ length: last - first + 1 }, (_, i) => first + i))
  return all
    .reverse()
    .filter(([low, high]) => {
      const kept = wanted.has(low) || wanted.has(high)
      if (kept) wanted.add(low).add(high)
      return kept
    })
    .reverse()
}
