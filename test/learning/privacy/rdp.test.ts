import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  classicConversion,
  defaultOrders,
  gaussianRdp,
  improvedConversion,
  laplaceRdp,
  RenyiAccountant,
} from '../../../core/learning/privacy/index.js'

/** 1 / (α − 1) · ln E_Q[(P / Q)^α] by plain quadrature. */
function divergence(
  order: number,
  p: (x: number) => number,
  q: (x: number) => number,
  reach: number,
): number {
  const steps = 400_000
  const width = (2 * reach) / steps
  let sum = 0
  for (let i = 0; i < steps; i++) {
    const x = -reach + (i + 0.5) * width
    if (q(x) > 0) sum += q(x) * (p(x) / q(x)) ** order * width
  }
  return Math.log(sum) / (order - 1)
}

const normal = (mean: number, sigma: number) => (x: number) =>
  Math.exp(-((x - mean) ** 2) / (2 * sigma * sigma)) / (sigma * Math.sqrt(2 * Math.PI))

describe('the sampled Gaussian mechanism', () => {
  test.each([
    [1.3, 2, 0.2],
    [2, 1.5, 0.3],
    [3.7, 1, 0.05],
    [6, 3, 0.5],
    [9.5, 2, 0.9],
  ])('order %d, noise %d, sampling %d, against its definition', (order, sigma, sampling) => {
    const mixture = (x: number) => (1 - sampling) * normal(0, sigma)(x) + sampling * normal(1, sigma)(x)
    const expected = divergence(order, mixture, normal(0, sigma), order + 20 * sigma)
    expect(gaussianRdp(order, sigma, sampling) / expected).toBeCloseTo(1, 6)
  })

  test('is continuous in its order, whichever way it is computed', () => {
    const whole = fc.integer({ min: 2, max: 200 })
    const sigma = fc.double({ min: 0.2, max: 20, noNaN: true })
    const sampling = fc.double({ min: 1e-6, max: 0.99, noNaN: true })
    fc.assert(
      fc.property(whole, sigma, sampling, (order, sigma, sampling) => {
        const at = gaussianRdp(order, sigma, sampling)
        expect(gaussianRdp(order + 1e-9, sigma, sampling) / at).toBeCloseTo(1, 6)
      }),
      { numRuns: 60 },
    )
  })

  test('rarely sampled it is so to eleven digits: the series where powers would cancel each other', () => {
    for (const order of [2, 4, 5, 12, 40])
      for (const [sigma, sampling] of [
        [1, 1e-5],
        [2, 5e-5],
        [5, 1e-4],
      ]) {
        const at = gaussianRdp(order, sigma, sampling)
        expect(Math.abs(gaussianRdp(order + 2 ** -42, sigma, sampling) / at - 1)).toBeLessThan(3e-12)
      }
  })

  test('grows with order and sampling, and falls with noise', () => {
    const orders = defaultOrders.map((order) => gaussianRdp(order, 1.3, 0.02))
    expect(orders).toEqual(orders.toSorted((a, b) => a - b))
    const rates = [0, 0.001, 0.01, 0.1, 0.5, 0.999, 1].map((q) => gaussianRdp(4.5, 1.3, q))
    expect(rates).toEqual(rates.toSorted((a, b) => a - b))
    const noise = [0, 0.3, 1, 3, 10].map((sigma) => gaussianRdp(4.5, sigma, 0.1))
    expect(noise).toEqual(noise.toSorted((a, b) => b - a))
  })

  test('hardly ever sampled, it loses no digits: A − 1 tends to C(α, 2)·q²·(e^(1/σ²) − 1)', () => {
    for (const order of [1.5, 2, 3.5, 8]) {
      const limit = (((order * (order - 1)) / 2) * 1e-16 * Math.expm1(1)) / (order - 1)
      expect(gaussianRdp(order, 1, 1e-8) / limit).toBeCloseTo(1, 5)
    }
  })

  test('extremes', () => {
    expect(gaussianRdp(7, 1, 0)).toBe(0)
    expect(gaussianRdp(7, 0, 0.1)).toBe(Number.POSITIVE_INFINITY)
    expect(gaussianRdp(7, 2, 1)).toBe(7 / 8)
    expect(gaussianRdp(Number.POSITIVE_INFINITY, 2, 0.5)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the Laplace mechanism', () => {
  test.each([1.1, 2, 5.5])('order %d against its definition', (order) => {
    const laplace = (mean: number) => (x: number) => Math.exp(-Math.abs(x - mean) / 2) / 4
    const expected = divergence(order, laplace(1), laplace(0), 120)
    expect(laplaceRdp(order, 2)).toBeCloseTo(expected, 6)
  })

  test('tends to pure differential privacy, ε = 1 / noise', () => {
    expect(laplaceRdp(1e6, 2)).toBeCloseTo(0.5, 5)
    expect(laplaceRdp(Number.POSITIVE_INFINITY, 2)).toBe(0.5)
    expect(laplaceRdp(1024, 1e-3)).toBeCloseTo(1000, 2)
  })
})

describe('order ∞, pure differential privacy', () => {
  const laplace = (noiseMultiplier: number) => ({ noise: 'laplace', noiseMultiplier, sampling: 1 }) as const
  test.each([0.1, 0.5, 1, 2, 10])(
    'a release under Laplace noise of %d times the norm costs its reciprocal at most',
    (noise) => {
      const { epsilon, order } = new RenyiAccountant().compose(laplace(noise)).guarantee(1e-12)
      expect(epsilon).toBe(1 / noise)
      expect(order).toBe(Number.POSITIVE_INFINITY)
    },
  )

  test('releases add up no dearer than their sum, and where δ allows it cheaper', () => {
    const epsilonOf = (releases: number, delta: number) =>
      new RenyiAccountant().compose(laplace(1), releases).guarantee(delta).epsilon
    expect(epsilonOf(3, 1e-12)).toBe(3)
    expect(epsilonOf(1000, 1e-5)).toBeLessThan(1000 / 1.5)
  })

  test('is no number’s loss: Gaussian noise has no finite divergence there, and conversions are their limits', () => {
    for (const convert of [improvedConversion, classicConversion]) {
      expect(convert(Number.POSITIVE_INFINITY, 1.1, 1e-5)).toBe(1.1)
      expect(convert(1e12, 1.1, 1e-5)).toBeCloseTo(1.1, 9)
      expect(convert(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1e-5)).toBe(Number.POSITIVE_INFINITY)
    }
    expect(improvedConversion(Number.POSITIVE_INFINITY, 1e-12, 1e-5)).toBe(0)
  })
})

describe('composition and conversion', () => {
  const mechanism = { noise: 'gaussian', noiseMultiplier: 1.1, sampling: 0.03 } as const

  test('releases add up, in any portions', () => {
    const once = new RenyiAccountant().compose(mechanism, 12)
    const portions = new RenyiAccountant().compose(mechanism, 5).compose(mechanism, 7)
    expect(portions.guarantee(1e-5).epsilon).toBeCloseTo(once.guarantee(1e-5).epsilon, 12)
  })

  test('nothing released costs nothing', () => {
    expect(new RenyiAccountant().guarantee(1e-5).epsilon).toBe(0)
    expect(
      new RenyiAccountant().compose({ ...mechanism, noiseMultiplier: 0 }, 0).guarantee(1e-5).epsilon,
    ).toBe(0)
  })

  test('the improved conversion is never the worse one', () => {
    const order = fc.double({ min: 1.02, max: 500, noNaN: true })
    const rdp = fc.double({ min: 0, max: 50, noNaN: true })
    const delta = fc.double({ min: 1e-12, max: 0.5, noNaN: true })
    fc.assert(
      fc.property(order, rdp, delta, (order, rdp, delta) => {
        expect(improvedConversion(order, rdp, delta)).toBeLessThanOrEqual(
          Math.max(0, classicConversion(order, rdp, delta)) + 1e-12,
        )
      }),
    )
  })

  test('ε of one Gaussian release lies above the exact one (Balle and Wang, 2018) by less than a tenth', () => {
    // Φ(1/2σ − εσ) − e^ε·Φ(−1/2σ − εσ) = δ has σ = 3.7304 at ε = 1, δ = 1e-5.
    const { epsilon } = new RenyiAccountant()
      .compose({ noise: 'gaussian', noiseMultiplier: 3.7304, sampling: 1 })
      .guarantee(1e-5)
    expect(epsilon).toBeGreaterThan(1)
    expect(epsilon).toBeLessThan(1.15)
  })
})
