import { describe, expect, test } from 'vitest'
import type { Experiment } from '../../core/index.js'
import type { SavedArray, SavedState } from '../../core/plugin/index.js'
import { experimentOf } from './experiments.js'

/** Every part that a run can have: faults, a twin that errs, learning with updates that wait, budgets, streams. */
const text = `rounds: 3
dynamics: dynamic
churn: poisson
network: { clients: { count: 4, flops: 1e11, mobility: random-waypoint, positions: fixed }, servers: { count: 2 }, channels: { count: 3 } }
workload: { headFlopsPerSample: 1e9, uplinkBitsPerSample: 4e5, downlinkBitsPerSample: 4e5 }
twin: { everyRounds: 2, positionErrorM: 5 }
budgets: { energyJoules: 1e6, latencySeconds: 1e6 }
learning:
  model: mlp
  batchSize: 4
  dataset: { plugin: synthetic-classification, options: { samples: 80, testSamples: 20 } }
  optimiser: { kind: momentum }
  aggregation: { body: fedbuff, head: fedavg }
  reference: centralized
schedulers: [random, greedy]
`

async function stopped(): Promise<{ fresh: Experiment; state: SavedState }> {
  const [experiment, fresh] = [await experimentOf(text), await experimentOf(text)]
  await experiment.run()
  return { fresh, state: structuredClone(experiment.save()) }
}

/** The same with one thing in it changed. */
const withArray = (state: SavedState, name: string, array: SavedArray | undefined): SavedState => {
  const { [name]: _, ...others } = state.arrays
  return { ...state, arrays: array ? { ...others, [name]: array } : others }
}

/** Ways to the values that are no mappings or lists, the lists' first elements among them. */
function leaves(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]]
  const entries = Object.entries(value)
  return (Array.isArray(value) ? entries.slice(0, 1) : entries).flatMap(([key, inner]) =>
    leaves(inner, [...path, key]),
  )
}

function withValue(state: SavedState, path: readonly string[], value: unknown): SavedState {
  const values = structuredClone(state.values)
  let at = values as Record<string, unknown>
  for (const step of path.slice(0, -1)) at = at[step] as Record<string, unknown>
  at[path[path.length - 1]] = value
  return { ...state, values }
}

describe('a state is looked at whole before anything of it is restored', () => {
  test('as it was saved nothing is wrong with it', async () => {
    const { fresh, state } = await stopped()
    expect(fresh.violation(state)).toBeUndefined()
    fresh.restore(state)
    expect(fresh.rounds).toBe(3)
  })

  test('an array that is missing, of another type or too short is named, with the way to it', async () => {
    const { fresh, state } = await stopped()
    const names = Object.keys(state.arrays)
    expect(names.length).toBeGreaterThan(40)
    for (const name of names) {
      const [part] = name.split('/')
      const array = state.arrays[name]
      const other = array instanceof Int32Array ? new Float64Array(array) : new Int32Array(array.length)
      for (const wrong of [undefined, other])
        expect(fresh.violation(withArray(state, name, wrong)), name).toMatch(
          new RegExp(`^${decodeURIComponent(part)}: .*array .*expected a \\w+`),
        )
    }
    const short = 'scheduler%20greedy/spending/energySpent'
    expect(fresh.violation(withArray(state, short, new Float64Array(3)))).toBe(
      'scheduler greedy: spending: array energySpent: expected a Float64Array of length 4, found a Float64Array of length 3',
    )
    expect(fresh.rounds).toBe(0)
  })

  test('a value of another type is named, with the way to it', async () => {
    const { fresh, state } = await stopped()
    const paths = leaves(state.values)
    expect(paths.length).toBeGreaterThan(30)
    for (const path of paths)
      expect(fresh.violation(withValue(state, path, { not: 'this' })), path.join('.')).toContain(
        `${path[0]}: `,
      )
    expect(fresh.violation(withValue(state, ['scheduler greedy', 'clock', 'now'], 'noon'))).toBe(
      'scheduler greedy: clock: now must be number',
    )
  })

  test('a part that is missing is named', async () => {
    const { fresh, state } = await stopped()
    const { 'scheduler random': _, ...values } = state.values
    expect(fresh.violation({ ...state, values })).toBe('scheduler random: the saved state has nothing of it')
    expect(() => fresh.restore({ ...state, values })).toThrow('has nothing of scheduler random')
  })
})
