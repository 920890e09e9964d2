import { describe, expect, test } from 'vitest'
import type { Scenario } from '../../core/index.js'
import type { SavedState, Trainer } from '../../core/plugin/index.js'
import { TrainingHistory } from '../../core/training/history.js'
import { trainScheduler } from '../../core/training/train-scheduler.js'

/** A trainer of ten steps whose validation costs, in two rounds, are given step by step. */
function scripted(costs: readonly (readonly [number, number])[]): Trainer {
  let step = 0
  const state = (): SavedState => ({ arrays: {}, values: { step } })
  return {
    async advance() {
      step++
      return { episode: step, rounds: step, updates: step, exploration: 0, loss: null, done: step / 10 }
    },
    validate: async () => Float64Array.from(costs[step] ?? [9, 9]),
    policy: state,
    save: state,
    restore({ values }) {
      step = values.step as number
    },
    dispose() {},
  }
}

async function trained(trainer: Trainer, settings: Partial<Scenario['training']> = {}) {
  const history = new TrainingHistory()
  const kept: number[] = []
  const ended = await trainScheduler({
    trainer,
    settings: {
      validationRounds: 2,
      validateEvery: 1,
      patience: null,
      criterion: 'mean',
      checkpointSeconds: 1000,
      roundSeconds: 1,
      ...settings,
    },
    reference: Float64Array.of(2, 4),
    history,
    keep: (policy) => kept.push(policy.values.step as number),
    checkpoint: () => {},
    onStep: () => {},
  })
  return { ended, kept, history }
}

const alike = (...costs: number[]) => costs.map((cost) => [cost, cost] as const)

describe('the best weights', () => {
  test('are those of the least mean cost, kept each time there are better ones', async () => {
    const { ended, kept, history } = await trained(scripted(alike(8, 9, 6, 7, 6, 5, 9)))
    expect(ended).toBe('finished')
    expect(kept).toEqual([0, 2, 5])
    // Against a mean of 3, and the single rounds' 2 and 4.
    expect(history.best?.validation).toEqual({
      cost: 5,
      ratio: 5 / 3,
      geometricRatio: expect.closeTo(Math.sqrt((5 / 2) * (5 / 4)), 12),
    })
  })

  test('or of the least geometric mean, on which one bad round weighs less', async () => {
    const costs = [
      [4, 4],
      [1, 100],
      [0.01, 50],
    ] as const
    expect((await trained(scripted(costs))).kept).toEqual([0])
    expect((await trained(scripted(costs), { criterion: 'geometric-mean' })).kept).toEqual([0, 2])
  })
})

test('validation is as often as asked, and at the end', async () => {
  const { history } = await trained(scripted([]), { validateEvery: 4 })
  expect(history.steps.flatMap(({ validation }, i) => (validation ? [i] : []))).toEqual([0, 4, 8, 10])
})

test('training ends as soon as so many validations in a row brought nothing better', async () => {
  const trainer = scripted(alike(8, 7, 9, 6, 7, 7, 5, 4))
  const { ended, kept, history } = await trained(trainer, { patience: 2 })
  expect(ended).toBe('patience')
  expect(kept).toEqual([0, 1, 3])
  expect(history.steps).toHaveLength(6)
})
