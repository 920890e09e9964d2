import { expect, test } from 'vitest'
import { RunTables } from '../../core/results/run-tables.js'
import { summarize } from '../../core/results/summarize.js'
import { distribution } from '../../core/statistics/descriptive.js'
import { errorOf } from '../files/error-of.js'
import { temporaryDirectory } from '../files/temporary-directory.js'
import { roundRow } from './round-row.js'

const schedulers = [
  { label: 'slow', plugin: 'swap-matching', tier: 'twin' },
  { label: 'fast', plugin: 'random', tier: 'counts' },
]

test('a summary has the figures of every scheduler over its own rounds, in the order of the scenario', async () => {
  const directory = temporaryDirectory()
  const runTables = new RunTables(directory, { rowsPerGroup: 7 })
  const costs: Record<string, number[]> = { fast: [], slow: [] }
  for (let round = 1; round <= 40; round++) {
    for (const scheduler of ['fast', 'slow']) {
      // The latency budget of one is spent after 30 rounds.
      if (scheduler === 'slow' && round > 30) continue
      const cost = Math.sin(round) + (scheduler === 'slow' ? 5 : 0)
      costs[scheduler].push(cost)
      const sitsOut = scheduler === 'fast' && round === 5 ? 2 : 0
      runTables.append(
        'rounds',
        roundRow({
          round,
          scheduler,
          cost,
          time: 2 * cost,
          energy: 3 * cost,
          served: 16 - sitsOut,
          completed: 13 - sitsOut,
          violations: sitsOut,
        }),
      )
      runTables.append('decisions', {
        round,
        scheduler,
        decisionSeconds: cost / 1000,
        computingSeconds: null,
      })
    }
  }
  runTables.append('quits', { round: 9, scheduler: 'slow', client: 0, time: 1, spent: 2, budget: 1 })
  runTables.append('quits', { round: 30, scheduler: 'slow', client: null, time: 1, spent: 2, budget: 1 })
  runTables.append('quits', { round: 9, scheduler: 'fast', client: 3, time: 1, spent: 2, budget: 1 })
  runTables.append('quits', { round: 11, scheduler: 'fast', client: 4, time: 1, spent: 2, budget: 1 })
  runTables.closeAll()

  const figures = (values: number[], factor: number) => distribution(values.map((value) => value * factor))
  const summary = await summarize(directory, 17, schedulers, { baseline: 'fast' })
  const paired = costs.fast.slice(0, 30).reduce((sum, cost) => sum + cost, 0)
  const own = costs.slow.reduce((sum, cost) => sum + cost, 0)
  expect(summary.schedulers[0].against).toMatchObject({ baseline: 'fast', rounds: 30, comparable: false })
  // Of the thirty rounds that both played, and not over the forty of one and the thirty of the other.
  expect(summary.schedulers[0].against?.ratio.value).toBeCloseTo(own / paired, 12)
  expect(summary).toEqual({
    runDirectory: directory,
    rounds: 40,
    seed: 17,
    schedulers: schedulers.map((scheduler) => ({
      ...scheduler,
      rounds: scheduler.label === 'slow' ? 30 : 40,
      cost: figures(costs[scheduler.label], 1),
      time: figures(costs[scheduler.label], 2),
      energy: figures(costs[scheduler.label], 3),
      decisionSeconds: distribution(costs[scheduler.label].map((value) => value / 1000)),
      quit: scheduler.label === 'slow' ? 1 : 2,
      satOut: scheduler.label === 'slow' ? 0 : 2,
      served: scheduler.label === 'slow' ? 30 * 16 : 40 * 16 - 2,
      completed: scheduler.label === 'slow' ? 30 * 13 : 40 * 13 - 2,
      unfinished: scheduler.label === 'slow' ? 30 * 3 : 40 * 3,
      violations: scheduler.label === 'slow' ? 0 : 2,
      ...(scheduler.label === 'slow' && { against: expect.anything() }),
    })),
  })
})

test('a run without rounds has a summary without figures', async () => {
  const directory = temporaryDirectory()
  new RunTables(directory).closeAll()
  const summary = await summarize(directory, 1, schedulers)
  expect(summary.rounds).toBe(0)
  for (const scheduler of summary.schedulers) {
    expect(scheduler.rounds).toBe(0)
    expect(scheduler.cost.median).toBeNaN()
  }
})

test('a scheduler that the run does not have is an error of ours', async () => {
  const directory = temporaryDirectory()
  const runTables = new RunTables(directory)
  runTables.append('rounds', roundRow({ scheduler: 'greedy' }))
  expect(errorOf(() => runTables.closeAll())).toBeUndefined()
  await expect(summarize(directory, 1, schedulers)).rejects.toThrow(
    '"greedy", which is no scheduler of the run',
  )
})
