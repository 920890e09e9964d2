import { expect, test } from 'vitest'
import { analyse } from '../../core/suite/analysis/analysis.js'
import type { LearningTable, SettingResults } from '../../core/suite/analysis/results.js'
import { cellLearningTable } from '../../core/suite/execution/cell-tables.js'
import { suiteFigures } from '../../core/suite/output/figures/index.js'
import { joinedByLabel, seedCurves } from '../../core/suite/output/figures/seed-curves.js'
import { datasetOf } from '../report/figure-parts.js'
import { madeData } from '../results/made-rows.js'
import { syntheticResults } from './synthetic-suite.js'

/** A learning table of a seed that was tested in these rounds. */
const tested = (accuracy: Readonly<Record<number, number>>): LearningTable => {
  const round = Object.keys(accuracy).map(Number)
  const values = round.map((each) => accuracy[each])
  return madeData(cellLearningTable, { round, accuracy: values, testLoss: values })
}

test('a mean ends where the first seed does, and each seed goes on by itself', () => {
  const seeds = [
    { seed: 1, table: tested({ 5: 0.2, 10: 0.4, 13: 0.6 }) },
    { seed: 2, table: tested({ 5: 0.4, 8: 0.1 }) },
  ]
  const { means, singles, ends } = seedCurves({ label: 'a', seeds }, 'accuracy')
  expect(means).toEqual([{ scheduler: 'a', round: 5, value: 0.3, low: 0.2, high: 0.4, marked: true }])
  expect(singles).toEqual([
    { scheduler: 'a', seed: 1, round: 5, value: 0.2 },
    { scheduler: 'a', seed: 1, round: 10, value: 0.4 },
    { scheduler: 'a', seed: 1, round: 13, value: 0.6 },
    { scheduler: 'a', seed: 2, round: 5, value: 0.4 },
    { scheduler: 'a', seed: 2, round: 8, value: 0.1 },
  ])
  expect(ends).toEqual([{ scheduler: 'a', seed: 2, round: 8, value: 0.1 }])
})

test('seeds that end together have a mean to the end and nothing beyond', () => {
  const seeds = [1, 2].map((seed) => ({ seed, table: tested({ 5: seed, 9: seed }) }))
  const { means, singles, ends } = seedCurves({ label: 'a', seeds }, 'accuracy')
  expect(means).toHaveLength(2)
  expect([...singles, ...ends]).toEqual([])
})

test('a reference beside several schedulers is one learner, as far as any of them went', () => {
  const [short, long] = [tested({ 5: 0.1 }), tested({ 5: 0.1, 10: 0.2 })]
  const learners = [
    { label: 'centralized', seeds: [{ seed: 1, table: short }] },
    { label: 'centralized', seeds: [{ seed: 1, table: long }] },
  ]
  expect(joinedByLabel(learners)).toEqual([{ label: 'centralized', seeds: [{ seed: 1, table: long }] }])
})

/** Two schedulers over two seeds of four rounds, of which the second seed of `b` has but two. */
async function uneven() {
  const results = await syntheticResults(
    [{ a: { cost: [1, 1, 1, 1, 3, 3, 3, 3] }, b: { cost: [2, 2, 2, 2, 90, 90, 90, 90] } }],
    {
      seeds: 2,
    },
  )
  const cut = (setting: SettingResults): SettingResults => ({
    ...setting,
    schedulers: setting.schedulers.map((each) => {
      if (each.label !== 'b') return each
      const kept = [0, 1, 2, 3, 4, 5]
      const columns = Object.entries(each).map(([name, value]) => [
        name,
        value instanceof Float64Array ? Float64Array.from(kept, (row) => value[row]) : value,
      ])
      return Object.fromEntries(columns) as typeof each
    }),
  })
  return analyse({ ...results, settings: results.settings.map(cut) })
}

test('the rounds of a suite are averaged only as far as all seeds go, and the caption says so', async () => {
  const figure = suiteFigures(await uneven()).find(({ id }) => id.startsWith('fig7'))!
  const bins = datasetOf<{ scheduler: string; round: number; mean: number }>(figure, 'costBins')
  expect(bins.filter(({ scheduler }) => scheduler === 'a').map(({ round }) => round)).toEqual([1, 2, 3, 4])
  expect(bins.filter(({ scheduler }) => scheduler === 'b')).toMatchObject([
    { round: 1, mean: 46 },
    { round: 2, mean: 46 },
  ])
  expect(figure.caption).toContain('b to round 2 of 4')
})
