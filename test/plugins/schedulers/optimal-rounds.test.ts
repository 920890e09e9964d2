import { expect, test } from 'vitest'
import type { RoundRecord } from '../../../core/index.js'
import { definePlugin, Type, tokens } from '../../../core/plugin/index.js'
import { experimentOf } from '../../simulation/experiments.js'

/** Rounds at the paper's size; all 300 where there is time. */
const rounds = process.env.COTWIN_LONG ? 300 : 30

/** Optimal as the rounds of a run see it, and the bounds it proves within so many nodes. */
function optimalWithBounds(nodeLimit: number) {
  const bounds: (number | null | undefined)[] = []
  const plugin = definePlugin({
    kind: 'scheduler',
    name: 'recorded-optimal',
    summary: 'optimal, its bounds kept by the test',
    tier: 'twin',
    options: Type.Object({}, { additionalProperties: false }),
    needs: { schedulers: tokens.schedulers },
    async create(_options, { schedulers }) {
      const optimal = await schedulers({ plugin: 'optimal', options: { nodeLimit, timeLimitSeconds: 1000 } })
      return {
        async decide(view) {
          const assignment = await optimal.decide(view)
          bounds.push(optimal.bound?.())
          return assignment
        },
      }
    },
  })
  return { plugin, bounds }
}

const scenario = (workload: string, count: number) => `
seed: 1
rounds: ${count}
${workload}
schedulers: [recorded-optimal, local-search, swap-matching, hardest-first]
`

/** Costs of each scheduler by round, and the bounds. */
async function played(workload: string, count: number, nodeLimit = 1_000_000_000) {
  const { plugin, bounds } = optimalWithBounds(nodeLimit)
  const experiment = await experimentOf(scenario(workload, count), [plugin])
  const costs = new Map<string, number[]>()
  experiment.bus.on('scheduler:round', ({ scheduler, cost }: RoundRecord) => {
    costs.set(scheduler, [...(costs.get(scheduler) ?? []), cost.cost])
  })
  await experiment.run()
  return { costs, bounds, optimum: costs.get('recorded-optimal') ?? [] }
}

/** Mean over rounds of a scheduler's cost as a ratio to the optimum. */
const meanRatio = (costs: readonly number[], optimum: readonly number[]) =>
  costs.reduce((sum, cost, i) => sum + cost / optimum[i], 0) / costs.length

const timeout = { timeout: rounds * 2000 }

test("the paper's rounds are all proved, and nobody does better", timeout, async () => {
  const { costs, bounds, optimum } = await played('', rounds)
  expect(bounds).toHaveLength(rounds)
  for (const [i, bound] of bounds.entries()) expect((bound ?? Number.NaN) / optimum[i]).toBeCloseTo(1, 12)
  for (const [scheduler, all] of costs)
    for (const [i, cost] of all.entries())
      expect(cost / optimum[i], `${scheduler}, round ${i + 1}`).toBeGreaterThanOrEqual(1 - 1e-9)
  // An independent search of ours found 1145 (std 103), 1.109 and 1.008, on channels of its own.
  const mean = optimum.reduce((sum, cost) => sum + cost, 0) / rounds
  expect(Math.abs(mean - 1145)).toBeLessThan((4 * 103) / Math.sqrt(rounds))
  expect(meanRatio(costs.get('swap-matching') ?? [], optimum)).toBeCloseTo(1.1, 1)
  expect(meanRatio(costs.get('local-search') ?? [], optimum)).toBeLessThan(1.03)
})

test('so are rounds with pooled features, where servers are what is scarce', timeout, async () => {
  const pooled = 'workload: { uplinkBitsPerSample: 4.0e5, downlinkBitsPerSample: 4.0e5 }'
  const { costs, bounds, optimum } = await played(pooled, rounds / 5)
  for (const [i, bound] of bounds.entries()) expect((bound ?? Number.NaN) / optimum[i]).toBeCloseTo(1, 12)
  for (const all of costs.values())
    for (const [i, cost] of all.entries()) expect(cost / optimum[i]).toBeGreaterThanOrEqual(1 - 1e-9)
})

test.each([
  ['energy counts for nothing', 'objective: { latency: 1, energy: 0 }'],
  [
    'edge computing takes most of the time',
    'workload: { uplinkBitsPerSample: 4.0e5, downlinkBitsPerSample: 4.0e5, bodyFlopsPerSample: 1.5e11 }',
  ],
])('and rounds in which %s, within 10,000 nodes', timeout, async (_what, workload) => {
  const { bounds, optimum } = await played(workload, rounds / 5, 10_000)
  for (const [i, bound] of bounds.entries())
    expect((bound ?? Number.NaN) / optimum[i], `round ${i + 1}`).toBeCloseTo(1, 12)
})
