import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openRun } from '../core/index.js'
import { tables } from '../core/observe/tables.js'

/** A scheduler that draws from one stream all the time, remembers what rounds cost, and takes so many ms. */
export const rememberingPlugin = (ms: number) => `export default {
  kind: 'scheduler', name: 'mine', summary: 'for tests', tier: 'twin',
  options: { type: 'object', additionalProperties: false },
  needs: { random: { key: 'random' } },
  create: (options, { random }) => {
    const stream = random.stream('all rounds')
    const costs = new Float64Array(1)
    return {
      async decide(view) {
        if (${ms}) await new Promise((resolve) => setTimeout(resolve, ${ms}))
        const first = Math.floor(stream.next() * 3 + costs[0]) % 3
        const slots = [first, 3, 4, 5]
        return Int32Array.from(slots, (slot, client) => (view.active[client] ? slot : -1))
      },
      observe({ cost }) { costs[0] = (costs[0] + cost.cost) % 7 },
      save: () => ({ arrays: { costs: costs.slice() }, values: {} }),
      restore: ({ arrays }) => costs.set(arrays.costs),
    }
  },
}
`

const scenario = (lines: string, rounds: number) => `name: stopped
rounds: ${rounds}
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
${lines}plugins: [./mine.mjs]
schedulers: [mine, hardest-first]
`
const small =
  'clients: { count: 4, flops: 1e11, joulesPerSample: 0.05 }, servers: { count: 2 }, channels: { count: 3 }'

/** Scenarios of everything that goes on from round to round, with that plugin; of so many rounds. */
export const stoppedScenarios = {
  'static rounds with budgets': (rounds: number) =>
    scenario(
      `network: { ${small} }\nbudgets: { energyJoules: { uniform: [${3 * rounds}, ${14 * rounds}] } }\n`,
      rounds,
    ),
  'dynamic rounds with churn, faults and a fixed time to decide': (rounds: number) =>
    scenario(
      `dynamics: dynamic
network: { ${small} }
decisionTime: { seconds: 0.2 }
round: { deadlineSeconds: 12 }
churn: { plugin: poisson, options: { meanStaySeconds: 200, meanAbsenceSeconds: 40, start: stationary } }
faults:
  outages: { ratePerSecond: 0.05, meanSeconds: 1 }
  stragglers: { plugin: pareto, options: { shape: 2.5 } }
  servers: { meanTimeBetweenFailuresSeconds: 60, meanRepairSeconds: 5, work: lost }
`,
      rounds,
    ),
  'clients that walk, on channels that age': (rounds: number) =>
    scenario(
      `network: { ${small.replace('count: 4,', 'count: 4, positions: fixed, mobility: random-waypoint,')}, coherenceTimeSeconds: 0.1 }
decisionTime: { seconds: 0.05 }
record: { coherenceTimesSeconds: [0.01] }
`,
      rounds,
    ),
}

/** Expects a run to have finished with the tables of another; wall-clock times aside, byte for byte. */
export async function expectSameTables(run: string, whole: string): Promise<void> {
  for (const { name } of tables.filter((table) => table.name !== 'decisions')) {
    const bytes = (directory: string) => readFileSync(join(directory, `${name}.parquet`))
    expect(bytes(run).equals(bytes(whole)), name).toBe(true)
  }
  const [decisions, expected] = await Promise.all(
    [run, whole].map((of) => openRun(of).readTable('decisions')),
  )
  expect(decisions.columns.round).toEqual(expected.columns.round)
  expect(decisions.columns.scheduler).toEqual(expected.columns.scheduler)
  const [manifest, wanted] = [run, whole].map((of) => openRun(of).manifest)
  expect([manifest.status, manifest.rounds, manifest.tables]).toEqual([
    'finished',
    wanted.rounds,
    wanted.tables,
  ])
  expect(readdirSync(run).sort()).toEqual(readdirSync(whole).sort())
}
