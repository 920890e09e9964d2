import { expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import { squaredDistances } from '../../../plugins/aggregators/shared/distances.js'
import { forSortedValues } from '../../../plugins/aggregators/shared/sorted-values.js'

/** Longer than a stretch, and no whole number of them. */
const LENGTH = 2503

const vectorsOf = (count: number): Float32Array[] => {
  const random = new RandomStreams(7).stream('vectors', count)
  return Array.from({ length: count }, () => Float32Array.from({ length: LENGTH }, () => random.normal()))
}

test.each([2, 5, 16, 33])('distances of every two of %d vectors', (count) => {
  const vectors = vectorsOf(count)
  const distances = squaredDistances(vectors)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const plain = vectors[i].reduce((sum, value, k) => sum + (value - vectors[j][k]) ** 2, 0)
      expect(Math.abs(distances[i * count + j] - plain)).toBeLessThanOrEqual(1e-10 * plain)
    }
  }
})

test('what holds an infinity is infinitely far from everyone', () => {
  const vectors = vectorsOf(4)
  vectors[1][LENGTH - 1] = Number.POSITIVE_INFINITY
  vectors[2][0] = Number.NaN
  const distances = squaredDistances(vectors)
  expect([0, 2, 3].map((i) => distances[4 + i])).toEqual(Array(3).fill(Number.POSITIVE_INFINITY))
  expect([0, 1, 3].map((i) => distances[8 + i])).toEqual(Array(3).fill(Number.POSITIVE_INFINITY))
  expect(distances[3]).toBeGreaterThan(0)
  expect(distances[3]).toBeLessThan(Number.POSITIVE_INFINITY)
})

test.each([1, 2, 7, 16, 64, 70])('each coordinate of %d vectors in ascending order', (count) => {
  const vectors = vectorsOf(count)
  const special = [Number.NEGATIVE_INFINITY, -0, 0, -1e-40, Number.POSITIVE_INFINITY]
  for (const [place, value] of special.entries()) vectors[place % count][place] = value
  const seen: number[][] = []
  forSortedValues(vectors, [0, count - 1], ({ size, ranks }) => {
    for (let i = 0; i < size; i++) seen.push(ranks.map((rank) => rank[i]))
  })
  const plain = Array.from({ length: LENGTH }, (_, i) => [
    ...Float32Array.from(vectors, (each) => each[i]).sort(),
  ])
  expect(seen).toEqual(plain)
})

test('what is not a number counts as infinite', () => {
  const vectors = [Float32Array.of(Number.NaN, 1), Float32Array.of(2, Number.NaN), Float32Array.of(-3, -4)]
  forSortedValues(vectors, [0, 2], ({ size, ranks }) => {
    expect(size).toBe(2)
    expect(ranks.map((rank) => rank[0])).toEqual([-3, 2, Number.POSITIVE_INFINITY])
    expect(ranks.map((rank) => rank[1])).toEqual([-4, 1, Number.POSITIVE_INFINITY])
  })
})
