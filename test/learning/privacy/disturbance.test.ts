import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import {
  addGaussianNoise,
  addLaplaceNoise,
  clip,
  type DisturbanceSettings,
  normOf,
  privateRelease,
} from '../../../core/learning/privacy/index.js'

const stream = () => new RandomStreams('privacy').stream('noise')

const settings: DisturbanceSettings = {
  noise: 'gaussian',
  clipNorm: 1,
  noiseMultiplier: 1.5,
  epsilon: null,
  delta: 1e-5,
  sampling: 1,
}

describe('clipping', () => {
  test('shortens what is too long, and keeps its direction', () => {
    const vector = Float32Array.of(3, -4)
    expect(clip(vector, 1)).toBe(5)
    expect(vector[0]).toBeCloseTo(0.6)
    expect(vector[1]).toBeCloseTo(-0.8)
    expect(clip(vector, 1, 'l1')).toBeCloseTo(1.4)
    expect(normOf(vector, 'l1')).toBeCloseTo(1)
  })

  test('leaves what is short enough', () => {
    const vector = Float32Array.of(0.3, -0.4)
    clip(vector, 1)
    expect(vector).toEqual(Float32Array.of(0.3, -0.4))
  })

  test('lets nothing through that has no size', () => {
    const vector = Float32Array.of(1, Number.NaN)
    clip(vector, 1)
    expect(vector).toEqual(Float32Array.of(0, 0))
  })
})

describe('noise has the distribution it should have', () => {
  const size = 200_000
  const moments = (vector: Float32Array) => {
    const mean = vector.reduce((sum, x) => sum + x, 0) / size
    const variance = vector.reduce((sum, x) => sum + (x - mean) ** 2, 0) / size
    const absolute = vector.reduce((sum, x) => sum + Math.abs(x), 0) / size
    return { mean, variance, absolute }
  }

  test('gaussian', () => {
    const vector = new Float32Array(size)
    addGaussianNoise(vector, 2, stream())
    const { mean, variance, absolute } = moments(vector)
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(variance / 4).toBeCloseTo(1, 1)
    expect(absolute / (2 * Math.sqrt(2 / Math.PI))).toBeCloseTo(1, 2)
  })

  test('laplace', () => {
    const vector = new Float32Array(size)
    addLaplaceNoise(vector, 2, stream())
    const { mean, variance, absolute } = moments(vector)
    expect(Math.abs(mean)).toBeLessThan(0.03)
    expect(variance / 8).toBeCloseTo(1, 1)
    expect(absolute / 2).toBeCloseTo(1, 2)
  })
})

describe('a private release', () => {
  test('clips, then adds noise in proportion to the limit; the same stream gives the same', () => {
    const release = privateRelease({ ...settings, clipNorm: 2 }, 10)
    const change = new Float32Array(10_000).fill(1)
    const again = change.slice()
    release.disturb(change, stream())
    release.disturb(again, stream())
    expect(change).toEqual(again)
    const spread = Math.sqrt(change.reduce((sum, x) => sum + (x - 0.02) ** 2, 0) / change.length)
    expect(spread / 3).toBeCloseTo(1, 1)
  })

  test('costs ε that grows with every release, from none', () => {
    const { epsilonAfter } = privateRelease(settings, 10)
    const epsilons = [0, 1, 2, 10, 100].map(epsilonAfter)
    expect(epsilons[0]).toBe(0)
    expect(new Set(epsilons).size).toBe(5)
    expect(epsilons).toEqual(epsilons.toSorted((a, b) => a - b))
  })

  test('without noise is not private at all', () => {
    expect(privateRelease({ ...settings, noiseMultiplier: 0 }, 10).epsilonAfter(1)).toBe(
      Number.POSITIVE_INFINITY,
    )
    const change = Float32Array.of(3, 4)
    privateRelease({ ...settings, noiseMultiplier: null, clipNorm: null }, 1).disturb(change, stream())
    expect(change).toEqual(Float32Array.of(3, 4))
  })

  test.each(['gaussian', 'laplace'] as const)('finds the %s noise that lasts for ε', (noise) => {
    const release = privateRelease({ ...settings, noise, noiseMultiplier: null, epsilon: 4 }, 50)
    expect(release.epsilonAfter(50)).toBeLessThanOrEqual(4)
    expect(release.epsilonAfter(50)).toBeGreaterThan(3.9999)
    expect(release.epsilonAfter(51)).toBeGreaterThan(4)
  })

  test.each([
    [
      'ε without clipping',
      { noiseMultiplier: null, epsilon: 3, clipNorm: null },
      'ε = 3 without clipping says nothing about privacy; expected a clipNorm above 0',
    ],
    [
      'noise without clipping',
      { clipNorm: null },
      'noise without clipping says nothing about privacy; expected a clipNorm above 0',
    ],
    [
      'ε and noise',
      { epsilon: 3 },
      'epsilon and noiseMultiplier are two ways to say one thing; expected one of them',
    ],
    [
      'ε that no noise gives',
      { noiseMultiplier: null, epsilon: 1e-12, delta: 1e-12 },
      'no amount of gaussian noise keeps 10 releases within ε = 1e-12, δ = 1e-12',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(() => privateRelease({ ...settings, ...change }, 10)).toThrow(message)
  })
})
