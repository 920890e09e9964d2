import { describe, expect, test } from 'vitest'
import { problemsOf } from '../support.js'
import { classCounts, splitBy } from './splits.js'

const sizes = (lists: readonly Int32Array[]) => lists.map(({ length }) => length)

describe('iid', () => {
  test('gives all clients as many samples, within one', async () => {
    const { lists } = await splitBy('iid', {}, { samples: 1003, clients: 8 })
    expect(Math.max(...sizes(lists)) - Math.min(...sizes(lists))).toBeLessThanOrEqual(1)
  })

  test('mixes classes as drawing without replacement does: χ² as large as its degrees of freedom', async () => {
    const { lists, labels } = await splitBy('iid', {}, { samples: 20_000, clients: 20 })
    let square = 0
    for (const list of lists)
      for (const count of classCounts(list, labels, 10)) square += (count - 100) ** 2 / 100
    // 19 · 9 = 171 degrees of freedom: mean 171, deviation 18.5.
    expect(square).toBeGreaterThan(171 - 4 * 18.5)
    expect(square).toBeLessThan(171 + 4 * 18.5)
  })
})

describe('dirichlet', () => {
  /** Mean over classes of Σ shares², of which theory knows the expectation: (1 + α) / (1 + αN). */
  async function concentration(alpha: number): Promise<number> {
    const clients = 10
    let sum = 0
    for (let seed = 0; seed < 20; seed++) {
      const task = { samples: 20_000, classes: 10, clients, seed }
      const { lists, labels } = await splitBy('dirichlet', { alpha, minimumSamples: 0 }, task)
      for (const list of lists) for (const count of classCounts(list, labels, 10)) sum += (count / 2000) ** 2
    }
    return sum / (20 * 10)
  }

  test.each([0.1, 0.5, 1, 10])('shares of a class are as unlike as α = %d makes them', async (alpha) => {
    const expected = (1 + alpha) / (1 + alpha * 10)
    expect(Math.abs((await concentration(alpha)) / expected - 1)).toBeLessThan(0.12)
  })

  test('with hardly any concentration every class goes to one client, and nothing is lost', async () => {
    const task = { samples: 1000, classes: 10, clients: 4, seed: 3 }
    const { lists, labels } = await splitBy('dirichlet', { alpha: 1e-4, minimumSamples: 0 }, task)
    for (const list of lists)
      for (const count of classCounts(list, labels, 10)) expect([0, 100]).toContain(count)
  })

  test('draws until every client has the least, and says so where that never comes', async () => {
    const { lists } = await splitBy('dirichlet', { alpha: 0.3, minimumSamples: 20 })
    expect(Math.min(...sizes(lists))).toBeGreaterThanOrEqual(20)
    // Every class goes to one client: ten classes do not reach twelve.
    const split = () => splitBy('dirichlet', { alpha: 1e-6, minimumSamples: 20 }, { clients: 12 })
    expect(await problemsOf('.', split)).toEqual([
      'partition "dirichlet": alpha 0.000001 did not give at least 20 samples for each of 12 clients in 1000 draws; ' +
        'expected a larger alpha, more samples or a smaller minimumSamples',
    ])
  })
})

test.each([1, 2, 5])(
  'shards: %d each, so no client has more classes than the shards overlap',
  async (perClient) => {
    const { lists, labels } = await splitBy(
      'shards',
      { perClient },
      { samples: 1000, classes: 10, clients: 10 },
    )
    for (const list of lists) {
      expect(list).toHaveLength(100)
      const classes = classCounts(list, labels, 10).filter((count) => count > 0).length
      expect(classes).toBeLessThanOrEqual(perClient)
    }
  },
)

describe('quantity-skew', () => {
  test('power: the r-th largest has r^-exponent as many as the largest', async () => {
    const { lists } = await splitBy(
      'quantity-skew',
      { exponent: 1.5, minimumSamples: 0 },
      { samples: 100_000 },
    )
    const sorted = sizes(lists).sort((a, b) => b - a)
    for (const [rank, size] of sorted.entries()) expect(size / sorted[0]).toBeCloseTo((rank + 1) ** -1.5, 3)
  })

  test('mixes classes in all clients', async () => {
    const { lists, labels } = await splitBy('quantity-skew', {}, { samples: 20_000, classes: 4 })
    for (const list of lists)
      for (const count of classCounts(list, labels, 4)) expect(count / list.length).toBeCloseTo(0.25, 1)
  })

  test('dirichlet: sizes as unlike as α makes them', async () => {
    let sum = 0
    for (let seed = 0; seed < 200; seed++) {
      const options = { law: 'dirichlet', alpha: 0.5, minimumSamples: 0 }
      const { lists } = await splitBy('quantity-skew', options, { samples: 10_000, clients: 10, seed })
      for (const size of sizes(lists)) sum += (size / 10_000) ** 2
    }
    expect(Math.abs(sum / 200 / (1.5 / 6) - 1)).toBeLessThan(0.12)
  })

  test('keeps its promise of a least number', async () => {
    const options = { exponent: 3, minimumSamples: 30 }
    expect(Math.min(...sizes((await splitBy('quantity-skew', options)).lists))).toBeGreaterThanOrEqual(30)
  })
})
