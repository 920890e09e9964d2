import { describe, expect, test } from 'vitest'
import { agentLossesTable, trainingTable } from '../../core/results/training-results.js'
import { verdictsOn } from '../../core/suite/analysis/claims.js'
import { accuracyOf } from '../../core/suite/analysis/learned-models.js'
import type { TrainingCurve } from '../../core/suite/analysis/training-curves.js'
import { cellLearningTable } from '../../core/suite/execution/cell-tables.js'
import { madeData } from '../results/made-rows.js'
import { problemsOf } from './support.js'
import { syntheticResults } from './synthetic-suite.js'

/** Losses of agents at 101 points, each with a factor of its own. */
function training(
  scheduler: string,
  loss: (step: number) => number,
  factors: readonly number[],
): TrainingCurve {
  const steps = Array.from({ length: 101 }, (_, step) => step)
  const rows = steps.flatMap((step) =>
    factors.map((factor, agent) => ({ step, agent, loss: factor * loss(step) })),
  )
  return {
    label: scheduler,
    scheduler,
    directory: '',
    steps: madeData(trainingTable, { rounds: steps }),
    agentLosses: madeData(agentLossesTable, {
      rounds: rows.map(({ step }) => 100 * step),
      agent: rows.map(({ agent }) => agent),
      loss: rows.map((row) => row.loss),
    }),
  }
}

const declines = {
  claim: 'losses decline',
  compare: ['a', 'a'],
  metric: 'trainingLoss',
  expect: 'lower',
} as const
const suiteOf = (claims: readonly object[]) =>
  syntheticResults([{ a: { cost: [1, 2] }, b: { cost: [1, 2] } }], { claims: claims as never })

describe('a claim about the losses of a training', () => {
  const factors = [1, 2, 0.5, 4, 1, 3]

  test('is its last tenth over its first, agent by agent', async () => {
    const results = await suiteOf([declines])
    const falling = training('a', (step) => 100 - step + 5, factors)
    const [verdict] = verdictsOn(results, [falling, training('b', () => 1, factors)])
    // Means of 105 … 95 and 15 … 5, whatever an agent's factor.
    expect(verdict.ratio!.value).toBeCloseTo(10 / 100, 12)
    expect([verdict.ratio!.low, verdict.ratio!.high].map((each) => each.toFixed(9))).toEqual([
      '0.100000000',
      '0.100000000',
    ])
    expect([verdict.verdict, verdict.setting]).toEqual(['holds', 'a'])
    expect(verdict.figure).toBe('mean loss of the agents of a, last tenth of the training / first')
    expect(verdictsOn(results, [training('a', (step) => 1 + step, factors)])[0].verdict).toBe('fails')
  })

  test('is told of each training of that scheduler, and of none where nothing was trained', async () => {
    const results = await suiteOf([declines])
    const two = ['a (x)', 'a (y)'].map((label) => ({
      ...training('a', (step) => 200 - step, factors),
      label,
    }))
    expect(verdictsOn(results, two).map(({ setting, verdict }) => [setting, verdict])).toEqual([
      ['a (x)', 'holds'],
      ['a (y)', 'holds'],
    ])
    for (const trainings of [[], [training('b', () => 1, factors)]])
      expect(verdictsOn(results, trainings).map(({ verdict }) => verdict)).toEqual(['not measured'])
    const { agentLosses: _, ...without } = training('a', () => 1, factors)
    expect(verdictsOn(results, [without])[0].verdict).toBe('not measured')
  })

  test('bears nothing out with few agents', async () => {
    const [verdict] = verdictsOn(await suiteOf([declines]), [training('a', (step) => 200 - step, [1, 2])])
    expect([verdict.verdict, verdict.remark]).toEqual([
      'undecided',
      'the losses of 2 agents are too few for an interval',
    ])
  })

  test('names one scheduler twice', async () => {
    expect(
      await problemsOf(`scenarios: [small.yaml]
claims: [{ claim: x, compare: [random, hardest-first], metric: trainingLoss, expect: lower }]
`),
    ).toEqual([
      'suite.yaml:2:40: claims[0].compare[1]: trainingLoss is the end of a training over its beginning; expected "random" twice',
    ])
  })
})

test('accuracies are taken at the end, at their best and on average over the tests; of what diverged there are none', () => {
  const table = madeData(cellLearningTable, {
    accuracy: [Number.NaN, 0.2, 0.8, Number.NaN, 0.5],
    testLoss: [Number.NaN, 2, 1, Number.NaN, 1],
  })
  expect(accuracyOf(table, 'last')).toBe(0.5)
  expect(accuracyOf(table, 'best')).toBe(0.8)
  expect(accuracyOf(table, 'mean')).toBeCloseTo(0.5, 12)
  expect(
    accuracyOf(madeData(cellLearningTable, { accuracy: [Number.NaN], testLoss: [Number.NaN] }), 'best'),
  ).toBeUndefined()
  const diverged = madeData(cellLearningTable, { accuracy: [0.2, 0.8], testLoss: [1, Infinity] })
  for (const measure of ['last', 'best', 'mean'] as const)
    expect(accuracyOf(diverged, measure)).toBeUndefined()
})
