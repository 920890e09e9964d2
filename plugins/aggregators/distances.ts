/** Weights compared at a time. */
const BLOCK = 2048

/** ‖v_i − v_j‖² of every two vectors, n×n; infinite where a vector holds what is no finite number. */
export function squaredDistances(vectors: readonly Float32Array[]): Float64Array {
  const count = vectors.length
  const { length } = vectors[0]
  const distances = new Float64Array(count * count)
  for (let from = 0; from < length; from += BLOCK) {
    const to = Math.min(from + BLOCK, length)
    for (let i = 0; i < count; i++)
      for (let j = i + 1; j < count; j++)
        distances[i * count + j] += squaredDistance(vectors[i], vectors[j], from, to)
  }
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

/** ‖a − b‖² over a stretch; four sums at a time, since one addition would wait for the other. */
export function squaredDistance(a: Float32Array, b: Float32Array, from = 0, to = a.length): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let i = from
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
