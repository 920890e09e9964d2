import { describe, expect, test } from 'vitest'
import type { Aggregator } from '../../../core/plugin/index.js'
import { builtIn } from '../support.js'
import { updatesOf } from './updates.js'

const local = (contributor: number, start: Float32Array, contributors = 2) => ({
  contributor,
  contributors,
  start,
  learningRate: 0.1,
})

/** Rounds of local gradient descent on ½·curvature·(w − target)² by each contributor; returns the weight. */
function learn(
  aggregator: Aggregator,
  targets: readonly (readonly [curvature: number, target: number])[],
  rounds: number,
) {
  let weights = Float32Array.of(0)
  for (let round = 0; round < rounds; round++) {
    const updates = targets.map(([curvature, target], contributor) => {
      const told = local(contributor, weights, targets.length)
      const own = weights.slice()
      for (let step = 0; step < 10; step++) {
        const gradient = Float32Array.of(curvature * (own[0] - target))
        aggregator.correct?.(gradient, own, told)
        own[0] -= 0.1 * gradient[0]
      }
      const [update] = updatesOf([own], () => ({ contributor, steps: 10 }))
      aggregator.localEnd?.(update, told)
      return update
    })
    weights = Float32Array.from(aggregator.aggregate(weights, updates))
  }
  return weights[0]
}

test('fedprox adds μ(w − w₀) to the gradient', async () => {
  const fedprox = await builtIn('aggregator', 'fedprox', { mu: 0.5 })
  const gradient = Float32Array.of(1, 1)
  fedprox.correct?.(gradient, Float32Array.of(3, 0), local(0, Float32Array.of(1, 4)))
  expect(gradient).toEqual(Float32Array.of(2, -1))
})

describe('scaffold', () => {
  // The sum of both losses is least at 1·2 + 4·(−1) over 5 = −0.4.
  const targets = [
    [1, 2],
    [4, -1],
  ] as const

  test('comes to the optimum of unlike quadratics, where fedavg drifts and fedprox less', async () => {
    const end = async (name: string, options = {}) =>
      Math.abs(learn(await builtIn('aggregator', name, options), targets, 300) + 0.4)
    const [fedavg, fedprox, scaffold] = await Promise.all([
      end('fedavg'),
      end('fedprox', { mu: 2 }),
      end('scaffold'),
    ])
    expect(scaffold).toBeLessThan(1e-4)
    expect(fedprox).toBeLessThan(fedavg)
    expect(fedavg).toBeGreaterThan(0.1)
  })

  test('keeps c the mean of all control variates, those that never took part counting as 0', async () => {
    const scaffold = await builtIn('aggregator', 'scaffold')
    const contributors = 5
    let weights = Float32Array.of(1, -1)
    for (const taking of [
      [0, 2],
      [2, 3],
      [0, 1, 3],
    ]) {
      const updates = updatesOf(
        taking.map((k) => [weights[0] + k, weights[1] - k * k]),
        (i) => ({ contributor: taking[i] }),
      )
      for (const update of updates)
        scaffold.localEnd?.(update, local(update.contributor, weights, contributors))
      weights = Float32Array.from(scaffold.aggregate(weights, updates))
      const state = scaffold.save?.() ?? {}
      for (const coordinate of [0, 1]) {
        const own = Object.entries(state).filter(([name]) => name.startsWith('control/'))
        const sum = own.reduce((total, [, control]) => total + control[coordinate], 0)
        expect(state.control[coordinate]).toBeCloseTo(sum / contributors, 4)
      }
    }
  })

  test('the control variate is the mean gradient along the way (option II)', async () => {
    const scaffold = await builtIn('aggregator', 'scaffold')
    const start = Float32Array.of(1)
    const [update] = updatesOf([[0]], () => ({ steps: 4 }))
    scaffold.localEnd?.(update, local(0, start, 1))
    scaffold.aggregate(start, [update])
    expect(scaffold.save?.().control[0]).toBeCloseTo(1 / (4 * 0.1))
  })

  test('an update that is lost on the way leaves no trace', async () => {
    const scaffold = await builtIn('aggregator', 'scaffold')
    const start = Float32Array.of(1)
    const [kept, lost] = updatesOf([[0], [5]])
    for (const update of [kept, lost]) scaffold.localEnd?.(update, local(update.contributor, start))
    scaffold.aggregate(start, [kept])
    expect(Object.keys(scaffold.save?.() ?? {})).toEqual(['control', 'control/0'])
    const gradient = Float32Array.of(0)
    scaffold.correct?.(gradient, start, local(1, start))
    expect(gradient[0]).toBeCloseTo(scaffold.save?.().control[0] ?? Number.NaN)
  })

  test('what it carries is saved and restored', async () => {
    const [one, other] = await Promise.all([
      builtIn('aggregator', 'scaffold'),
      builtIn('aggregator', 'scaffold'),
    ])
    learn(one, targets, 3)
    other.restore?.(one.save?.() ?? {})
    expect(learn(other, targets, 3)).toBe(learn(one, targets, 3))
  })
})
