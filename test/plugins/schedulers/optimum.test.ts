import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RoundNetwork } from '../../../core/plugin/index.js'
import { cellsOf, costOf, decide, everyAssignment, networkOf, setups } from './support.js'

const size = { clients: 3, servers: 2, channels: 2 }

const optimumOf = (network: RoundNetwork): number =>
  Math.min(...[...everyAssignment(network)].map((assignment) => costOf(network, assignment)))

test('three clients have twenty-four ways to share four slots', () => {
  expect([...everyAssignment(size)]).toHaveLength(24)
})

test('no scheduler costs less than the best of all assignments', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const network = networkOf(seed, size)
      const optimum = optimumOf(network)
      for (const { name, options } of setups)
        expect(costOf(network, await decide(name, options, network))).toBeGreaterThanOrEqual(
          optimum * (1 - 1e-12),
        )
    }),
    { numRuns: 20 },
  )
})

test('local search finds the best of all assignments', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const network = cellsOf(seed, size)
    const found = costOf(network, await decide('local-search', { annealingSteps: 2000 }, network))
    expect(found / optimumOf(network)).toBeCloseTo(1, 11)
  }
})
