import { stretchKernels } from './stretches.js'

/** Weights compared at a time: sixteen updates' fit the second-level cache in double precision. */
const BLOCK = 1024

/** ‖v_i − v_j‖² of every two vectors, n×n; infinite where a vector holds what is no finite number. */
export function squaredDistances(vectors: readonly Float32Array[]): Float64Array {
  const distances = distancesByStretches(vectors)
  const count = vectors.length
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const distance = distances[i * count + j]
      const known = Number.isFinite(distance) ? distance : Number.POSITIVE_INFINITY
      distances[i * count + j] = known
      distances[j * count + i] = known
    }
  }
  return distances
}

/** The same for i < j, zero elsewhere, and not a number where infinities met. */
function distancesByStretches(vectors: readonly Float32Array[]): Float64Array {
  const count = vectors.length
  const { length } = vectors[0]
  const bytes = 8 * BLOCK
  const sums = 4 * BLOCK
  const wide = sums + 8 * count * count
  const { memory, widen, addSquaredDistances } = stretchKernels(wide + count * bytes)
  const stretch = new Float32Array(memory.buffer, 0, BLOCK)
  const distances = new Float64Array(memory.buffer, sums, count * count)
  distances.fill(0)
  for (let from = 0; from < length; from += BLOCK) {
    const size = Math.min(BLOCK, length - from)
    if (size < BLOCK) stretch.fill(0)
    for (let k = 0; k < count; k++) {
      stretch.set(vectors[k].subarray(from, from + size))
      widen(0, wide + k * bytes, 4 * BLOCK)
    }
    addSquaredDistances(wide, count, bytes, sums)
  }
  return distances.slice()
}

/** ‖a − b‖²; four sums at a time, since one addition would wait for the other. */
export function squaredDistance(a: Float32Array, b: Float32Array): number {
  const to = a.length
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let i = 0
  for (; i + 3 < to; i += 4) {
    const d0 = a[i] - b[i]
    const d1 = a[i + 1] - b[i + 1]
    const d2 = a[i + 2] - b[i + 2]
    const d3 = a[i + 3] - b[i + 3]
    s0 += d0 * d0
    s1 += d1 * d1
    s2 += d2 * d2
    s3 += d3 * d3
  }
  for (; i < to; i++) {
    const d = a[i] - b[i]
    s0 += d * d
  }
  return s0 + s1 + (s2 + s3)
}
