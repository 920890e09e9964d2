import { expect, test } from 'vitest'
import { learningText } from '../../core/cli/terminal/learning-text.js'
import { runPage } from '../../core/report/run-page.js'
import { RunTables } from '../../core/results/run-tables.js'
import { summarize } from '../../core/results/summarize.js'
import { restoredSummary, storedSummary } from '../../core/results/summary.js'
import { finalOf } from '../../core/suite/analysis/learned-models.js'
import { cellLearningTable } from '../../core/suite/execution/cell-tables.js'
import { temporaryDirectory } from '../files/temporary-directory.js'
import { learningRun } from '../report/learning-run.js'
import { madeData } from './made-rows.js'
import { roundRow } from './round-row.js'

const learned = (
  round: number,
  scheduler: string,
  loss: number,
  testLoss: number,
  accuracy: number | null,
) => ({
  round,
  scheduler,
  protocol: 'federated',
  loss,
  testLoss,
  accuracy,
  clients: 4,
  samples: 64,
  epoch: round / 10,
  time: round,
  energy: round,
})

async function summaryOfRun() {
  const directory = temporaryDirectory()
  const tables = new RunTables(directory)
  for (const round of [1, 2, 3, 4])
    for (const scheduler of ['greedy', 'random']) tables.append('rounds', roundRow({ round, scheduler }))
  tables.append('learning', learned(1, 'greedy', 3e18, 4, 0.1))
  tables.append('learning', learned(2, 'greedy', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, null))
  for (const round of [1, 2, 3, 4]) tables.append('learning', learned(round, 'random', 1 / round, 1, 0.5))
  for (const [round, part] of [
    [2, 'body'],
    [2, 'head'],
    [4, 'body'],
  ] as const)
    tables.append('unaggregated', {
      round,
      scheduler: 'random',
      part,
      updates: 1,
      reason: `too few in ${round}`,
    })
  for (const client of [0, 1]) {
    const spent = { round: 4, client, releases: 4 }
    tables.append('privacy', {
      ...spent,
      scheduler: 'greedy',
      epsilon: client === 0 ? 0 : Number.POSITIVE_INFINITY,
    })
    tables.append('privacy', { ...spent, scheduler: 'random', epsilon: client + 1 })
  }
  tables.closeAll()
  return summarize(
    directory,
    1,
    ['greedy', 'random'].map((label) => ({ label, plugin: label, tier: 'twin' })),
  )
}

test('of a model that diverged nothing of an earlier round is told as what it came to', async () => {
  const [greedy, random] = (await summaryOfRun()).learning ?? []
  expect(greedy).toMatchObject({ diverged: 2, loss: NaN, testLoss: NaN, accuracy: NaN, bestAccuracy: 0.1 })
  expect(random).toMatchObject({ diverged: null, loss: 0.25, testLoss: 1, accuracy: 0.5 })
})

test('JSON tells a model that diverged, and ε without bounds from one that is not accounted for', async () => {
  const summary = await summaryOfRun()
  const json = JSON.parse(JSON.stringify(storedSummary(summary)))
  expect(json.learning).toMatchObject([
    { diverged: 2, loss: null, accuracy: null, epsilon: 'Infinity' },
    { diverged: null, loss: 0.25, epsilon: 2, adjacency: 'zero-out' },
  ])
  const [greedy] = summary.learning ?? []
  const unaccounted = storedSummary({ ...summary, learning: [{ ...greedy, epsilon: null, adjacency: null }] })
  expect(unaccounted).toMatchObject({ learning: [{ epsilon: null, adjacency: null }] })
  expect(restoredSummary(json)).toEqual(summary)
})

test('rounds that could not be put together are counted once each, and the first is told', async () => {
  const summary = await summaryOfRun()
  const [greedy, random] = summary.learning ?? []
  expect(greedy.unaggregated).toBeNull()
  expect(random.unaggregated).toEqual({ rounds: 2, first: 2, reason: 'too few in 2' })
  const text = learningText(summary.learning ?? [], 4)
  expect(text).toContain(
    'In 2 rounds, first in round 2, updates for random could not be put together and weights stayed as they were: too few in 2.',
  )
  const data = learningRun({ rounds: 10 })
  const { learning } = data
  if (!learning) throw new Error('nothing was learned')
  const { label } = learning.models[0]
  const unaggregated = [3, 4].map((round) => ({
    scheduler: label,
    round,
    part: 'body' as const,
    updates: 1,
    reason: 'too few',
  }))
  expect(runPage({ ...data, learning: { ...learning, unaggregated } }, [], '')).toContain(
    `In 2 rounds, first in round 3, updates for ${label} could not be put together`,
  )
})

test('ε is told with the neighbours it holds for', async () => {
  const bounded = ((await summaryOfRun()).learning ?? []).filter(({ label }) => label === 'random')
  expect(learningText(bounded, 4)).toContain('zero-out')
  expect(
    learningText(
      bounded.map((model) => ({ ...model, epsilon: null })),
      4,
    ),
  ).not.toContain('zero-out')
})

test('the terminal says so', async () => {
  const text = learningText((await summaryOfRun()).learning ?? [], 4)
  expect(text).toMatch(/greedy +federated +0\.2 +128 +diverged +– +– +∞\n/)
  expect(text).toContain('Learning diverged for greedy in round 2 of 4')
  expect(text).toContain('ε is infinite for greedy,')
  expect(text).not.toContain('0.1000')
})

test('the report says so at its head, and no figure has an earlier loss for it', () => {
  const data = learningRun({ rounds: 10, shares: true })
  const [model] = data.learning?.models ?? []
  expect(runPage(data, [], '')).not.toContain('diverged')
  const { learning } = data
  if (!learning) throw new Error('nothing was learned')
  model.testLoss[4] = Number.POSITIVE_INFINITY
  model.accuracy[4] = Number.NaN
  expect(runPage(data, [], '')).toContain(`Learning diverged for ${model.label} in round 5 of 10`)
  const privacy = learning.privacy.map((spent) => ({ ...spent, epsilon: Number.POSITIVE_INFINITY }))
  expect(runPage({ ...data, learning: { ...learning, privacy } }, [], '')).toContain('ε is infinite for')
})

test('a suite takes no earlier test for the end of learning', () => {
  const table = (testLoss: readonly number[]) =>
    madeData(cellLearningTable, { testLoss, accuracy: [0.3, NaN, NaN] })
  expect(finalOf(table([2, NaN, NaN]), 'accuracy')).toBe(0.3)
  expect(finalOf(table([2, NaN, Number.POSITIVE_INFINITY]), 'accuracy')).toBeUndefined()
})
