import { describe, expect, test } from 'vitest'
import { builtIn } from '../support.js'
import { updatesOf, zeros } from './updates.js'

describe('fedasync', () => {
  test('mixes in α of an update that is not late, and less of one that is: α(1 + s)^-a', async () => {
    const fedasync = await builtIn('aggregator', 'fedasync', { mixing: 0.5, exponent: 0.5 })
    expect(fedasync.bufferSize).toBe(1)
    const after = (staleness: number) =>
      fedasync.aggregate(
        Float32Array.of(10),
        updatesOf([[20]], () => ({ staleness })),
      )[0]
    expect(after(0)).toBeCloseTo(15)
    expect(after(3)).toBeCloseTo(12.5)
    expect(after(24)).toBeCloseTo(11)
  })

  test.each([
    ['constant', [1, 1, 1]],
    ['hinge', [1, 1, 1 / 21]],
    ['polynomial', [1, 5 ** -0.5, 7 ** -0.5]],
  ])('%s staleness', async (staleness, factors) => {
    const fedasync = await builtIn('aggregator', 'fedasync', { mixing: 1, staleness })
    for (const [i, late] of [0, 4, 6].entries()) {
      const [weight] = fedasync.aggregate(
        zeros(1),
        updatesOf([[1]], () => ({ staleness: late })),
      )
      expect(weight).toBeCloseTo(factors[i])
    }
  })

  test('several that arrive at once are mixed in one after the other', async () => {
    const fedasync = await builtIn('aggregator', 'fedasync', { mixing: 0.5 })
    expect(fedasync.aggregate(zeros(1), updatesOf([[8], [4]]))).toEqual(Float32Array.of(4))
  })
})

describe('fedbuff', () => {
  test('adds the mean of what updates changed where they started, late ones by (1 + s)^-½', async () => {
    const fedbuff = await builtIn('aggregator', 'fedbuff', { bufferSize: 2, learningRate: 2 })
    expect(fedbuff.bufferSize).toBe(2)
    const updates = updatesOf([[13], [7]], (k) => ({
      staleness: [0, 3][k],
      ...(k === 1 && { start: Float32Array.of(3) }),
    }))
    // (3 + 4 / 2) / 2 = 2.5.
    expect(fedbuff.aggregate(Float32Array.of(10), updates)).toEqual(Float32Array.of(15))
  })

  test('is the mean where nobody is late', async () => {
    const fedbuff = await builtIn('aggregator', 'fedbuff')
    expect(fedbuff.aggregate(Float32Array.of(1), updatesOf([[2], [6]]))).toEqual(Float32Array.of(4))
  })
})

test.each([
  [0, 10],
  [3, 4],
])(
  'a buffer of one with an update %i late, from %i: FedAsync and FedBuff are α(1 + s)^-½ (w₀ − w) apart',
  async (staleness, start) => {
    const fedasync = await builtIn('aggregator', 'fedasync', { mixing: 0.6 })
    const fedbuff = await builtIn('aggregator', 'fedbuff', { bufferSize: 1, learningRate: 0.6 })
    const updates = updatesOf([[20]], () => ({ staleness, start: Float32Array.of(start) }))
    const [mixed, added] = [fedasync, fedbuff].map(
      (each) => each.aggregate(Float32Array.of(10), updates)[0] ?? 0,
    )
    expect((mixed ?? 0) - (added ?? 0)).toBeCloseTo(0.6 * (1 + staleness) ** -0.5 * (start - 10), 5)
  },
)
