import { describe, expect, test } from 'vitest'
import { accuracyLeads } from '../../core/suite/analysis/accuracy-leads.js'
import { analyse } from '../../core/suite/analysis/analysis.js'
import type { SettingResults } from '../../core/suite/analysis/results.js'
import { cellLearningTable } from '../../core/suite/execution/cell-tables.js'
import { accuracyLeadsFigure } from '../../core/suite/output/figures/accuracy-leads.js'
import { accuracyLeadTables } from '../../core/suite/output/tables/accuracy-lead-tables.js'
import { allTables } from '../../core/suite/output/tables/all-tables.js'
import { datasetOf } from '../report/figure-parts.js'
import { madeData } from '../results/made-rows.js'
import { syntheticResults } from './synthetic-suite.js'

type Courses = Readonly<Record<string, readonly (readonly number[] | undefined)[]>>

/** A suite in which each scheduler's model had these accuracies in the course of its training, with each seed. */
async function learned(...settings: Courses[]) {
  const costs = { cost: [1, 2, 3, 4] }
  const results = await syntheticResults(
    settings.map((courses) => Object.fromEntries(Object.keys(courses).map((label) => [label, costs]))),
    { seeds: 4 },
  )
  const withLearning = (setting: SettingResults, i: number): SettingResults => ({
    ...setting,
    schedulers: setting.schedulers.map((scheduler) => ({
      ...scheduler,
      learning: settings[i][scheduler.label].map((course) => course && tableOf(course)),
    })),
  })
  return analyse({ ...results, settings: results.settings.map(withLearning) })
}

const tableOf = (accuracy: readonly number[]) =>
  madeData(cellLearningTable, {
    round: accuracy.map((_, i) => i + 1),
    accuracy,
    testLoss: accuracy.map(() => 1),
    clients: accuracy.map(() => 4),
    epoch: accuracy.map((_, i) => i),
  })

/** Ahead by 1, 3, 2 and 2 points at the end: 2 on average with a standard error of √(2/3)/2 and t(0.975, 3) = 3.182446. */
const courses: Courses = {
  ours: [
    [0.2, 0.8, 0.51],
    [0.2, 0.8, 0.53],
    [0.2, 0.8, 0.52],
    [0.2, 0.8, 0.52],
  ],
  theirs: [
    [0.2, 0.6, 0.5],
    [0.2, 0.6, 0.5],
    [0.2, 0.6, 0.5],
    [0.2, 0.6, 0.5],
  ],
}

describe('by how much the baseline’s model is ahead', () => {
  test('is the mean over seeds of the difference in each, in points, with Student’s interval', async () => {
    const leads = accuracyLeads((await learned(courses)).settings[0])
    expect(leads.map(({ label, measure, seeds }) => [label, measure, seeds])).toEqual([
      ['theirs', 'last', 4],
      ['theirs', 'best', 4],
      ['theirs', 'mean', 4],
    ])
    const [last, best, mean] = leads.map(({ points }) => points)
    const half = (3.182446 * Math.sqrt(2 / 3)) / 2
    expect(last.value).toBeCloseTo(2, 9)
    expect([last.low, last.high]).toEqual([expect.closeTo(2 - half, 5), expect.closeTo(2 + half, 5)])
    expect(best.value).toBeCloseTo(20, 9)
    expect(mean.value).toBeCloseTo((20 + 2) / 3, 9)
  })

  test('pairs seeds, leaving out those that one of them lacks', async () => {
    const gaps = {
      ours: [undefined, ...courses.ours.slice(1)],
      theirs: [...courses.theirs.slice(0, 3), undefined],
    }
    const [last] = accuracyLeads((await learned(gaps)).settings[0])
    expect([last.seeds, last.points.value]).toEqual([2, expect.closeTo(2.5, 9)])
  })

  test('is nothing where the baseline, or nobody, learned', async () => {
    const none = [undefined, undefined, undefined, undefined]
    expect(accuracyLeads((await learned({ ...courses, ours: none })).settings[0])).toEqual([])
    const without = await learned({ ours: none, theirs: none })
    expect(accuracyLeads(without.settings[0])).toEqual([])
    expect(accuracyLeadsFigure(without)).toBeUndefined()
    expect(allTables(without, []).map(({ id }) => id)).not.toContain('accuracy-lead-last')
  })

  test('has a row a setting in tables, and in a figure of three panels', async () => {
    const analysis = await learned(courses, { ours: courses.theirs, theirs: courses.ours })
    const [last] = accuracyLeadTables(analysis)
    expect(last.columns.map(({ head }) => head)).toEqual(['N', 'theirs'])
    expect(last.columns[1].cells.map(({ text }) => text)).toEqual(['2.00', '−2.00'])
    const rows = datasetOf<{ setting: string; lead: number }>(accuracyLeadsFigure(analysis)!, 'last')
    expect(rows.map(({ setting, lead }) => [setting, lead])).toEqual([
      ['N = 2', 2],
      ['N = 3', -2],
    ])
  })
})
