import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { builtIn } from '../support.js'
import { someWeights, updatesOf, zeros } from './updates.js'

describe('fedavg', () => {
  test('weighs by samples, eq. (3)', async () => {
    const fedavg = await builtIn('aggregator', 'fedavg')
    const updates = updatesOf([
      [1, 0],
      [4, 3],
    ]).map((update, i) => ({ ...update, samples: [1, 2][i] }))
    expect(fedavg.aggregate(zeros(2), updates)).toEqual(Float32Array.of(3, 2))
  })

  test('is the mean of any updates, in any blocks', async () => {
    const fedavg = await builtIn('aggregator', 'fedavg')
    const samples = fc.integer({ min: 1, max: 1000 })
    // Beyond a block of 2048, and not in fours.
    const length = 2051
    fc.assert(
      fc.property(fc.array(samples, { minLength: 1, maxLength: 9 }), (counts) => {
        const weights = counts.map((_, k) => Float32Array.from({ length }, (_, i) => Math.sin(i * (k + 1))))
        const updates = updatesOf(weights).map((update, k) => ({ ...update, samples: counts[k] }))
        const total = counts.reduce((sum, count) => sum + count, 0)
        const result = fedavg.aggregate(zeros(length), updates)
        for (const i of [0, 1, 2047, 2048, 2050]) {
          const expected = weights.reduce((sum, each, k) => sum + (counts[k] / total) * each[i], 0)
          expect(result[i]).toBeCloseTo(expected, 6)
        }
      }),
      { numRuns: 20 },
    )
  })
})

test('fedavgm: steps add up with momentum, as SGD with momentum on the mean change', async () => {
  const fedavgm = await builtIn('aggregator', 'fedavgm', { momentum: 0.5, learningRate: 2 })
  const first = fedavgm.aggregate(Float32Array.of(10), updatesOf([[12], [14]]))
  // Δ = 3, v = 3.
  expect(first).toEqual(Float32Array.of(16))
  // Δ = 1, v = 2.5.
  expect(fedavgm.aggregate(first, updatesOf([[17]]))).toEqual(Float32Array.of(21))
})

test('fedavgm without momentum is fedavg', async () => {
  const [fedavg, fedavgm] = await Promise.all([
    builtIn('aggregator', 'fedavg'),
    builtIn('aggregator', 'fedavgm', { momentum: 0 }),
  ])
  fc.assert(
    fc.property(someWeights({ min: 1, max: 6 }), (weights) => {
      const [start, ...others] = [zeros(6), ...weights]
      const expected = fedavg.aggregate(start, updatesOf(others))
      for (const [i, x] of fedavgm.aggregate(start, updatesOf(others)).entries())
        expect(x).toBeCloseTo(expected[i], 5)
    }),
  )
})

describe('fednova', () => {
  test('normalises by steps: w + τ·Σ pₖ·Δₖ/τₖ with τ = Σ pₖτₖ', async () => {
    const fednova = await builtIn('aggregator', 'fednova')
    const updates = updatesOf([[4], [8]], (k) => ({ steps: [2, 8][k], samples: [3, 1][k] }))
    // τ = 3.5; Σ = 0.75·4/2 + 0.25·8/8 = 1.75.
    expect(fednova.aggregate(zeros(1), updates)[0]).toBeCloseTo(6.125)
  })

  test('is fedavg where all take as many steps', async () => {
    const [fedavg, fednova] = await Promise.all([
      builtIn('aggregator', 'fedavg'),
      builtIn('aggregator', 'fednova'),
    ])
    fc.assert(
      fc.property(someWeights({ min: 1, max: 6 }), fc.integer({ min: 1, max: 50 }), (weights, steps) => {
        const updates = updatesOf(weights, (k) => ({ steps, samples: k + 1 }))
        const expected = fedavg.aggregate(zeros(6), updates)
        for (const [i, x] of fednova.aggregate(zeros(6), updates).entries())
          expect(x).toBeCloseTo(expected[i], 4)
      }),
    )
  })

  test('reaches the right optimum of quadratics where fedavg does not (Wang et al., 2020, Fig. 1)', async () => {
    // Two contributors with losses ½(w − 1)² and ½(w + 1)², of which the second takes ten times the steps.
    const optimum = async (name: string) => {
      const aggregator = await builtIn('aggregator', name)
      let weights = zeros(1)
      for (let round = 0; round < 200; round++) {
        const run = (target: number, steps: number) => {
          let w = weights[0]
          for (let step = 0; step < steps; step++) w -= 0.01 * (w - target)
          return [w]
        }
        const updates = updatesOf([run(1, 3), run(-1, 30)], (k) => ({ steps: [3, 30][k] }))
        weights = Float32Array.from(aggregator.aggregate(weights, updates))
      }
      return weights[0]
    }
    expect(await optimum('fedavg')).toBeLessThan(-0.7)
    expect(Math.abs(await optimum('fednova'))).toBeLessThan(0.1)
  })

  test('counts the gradients that momentum repeats', async () => {
    const fednova = await builtIn('aggregator', 'fednova', { localMomentum: 0.5 })
    // Of two steps the first gradient counts 1.5 times, of one step once: ‖a‖₁ is 2.5 and 1.
    const updates = updatesOf([[5], [1]], (k) => ({ steps: [2, 1][k] }))
    expect(fednova.aggregate(zeros(1), updates)[0]).toBeCloseTo(1.75 * (0.5 * 2 + 0.5 * 1))
  })

  test.each([
    [0, 'sgd', undefined, true],
    [0, 'adam', undefined, true],
    [0.9, 'momentum', 0.9, true],
    [0, 'momentum', 0.9, false],
    [0.9, 'sgd', undefined, false],
    [0.9, 'rmsprop', 0.9, false],
  ] as const)(
    'with localMomentum %d and optimiser %s of momentum %s: %s',
    async (localMomentum, kind, momentum, holds) => {
      const fednova = await builtIn('aggregator', 'fednova', { localMomentum })
      const optimiser = { kind, learningRate: 0.1, ...(momentum !== undefined && { momentum }) }
      expect(fednova.violationOfOptimiser?.(optimiser) === undefined).toBe(holds)
    },
  )
})
