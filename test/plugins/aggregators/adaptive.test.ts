import { describe, expect, test } from 'vitest'
import { builtIn } from '../support.js'
import { updatesOf } from './updates.js'

/** The weight after each of some mean changes. */
async function path(
  name: string,
  changes: readonly number[],
  options: Record<string, unknown>,
): Promise<number[]> {
  const aggregator = await builtIn('aggregator', name, options)
  let weights = Float32Array.of(1)
  return changes.map((change) => {
    weights = Float32Array.from(aggregator.aggregate(weights, updatesOf([[weights[0] + change]])))
    return weights[0]
  })
}

/** The same by the plainest arithmetic (Reddi et al., 2021, Algorithm 2). */
function expected(
  changes: readonly number[],
  { learningRate, beta1, adaptivity }: { learningRate: number; beta1: number; adaptivity: number },
  second: (v: number, square: number) => number,
): number[] {
  let [w, m, v] = [1, 0, adaptivity ** 2]
  return changes.map((change) => {
    m = beta1 * m + (1 - beta1) * change
    v = second(v, change * change)
    w += (learningRate * m) / (Math.sqrt(v) + adaptivity)
    return w
  })
}

const changes = [0.5, 0.5, -0.1, 0, 2, -2]
const options = { learningRate: 0.1, beta1: 0.8, adaptivity: 0.01 }

describe('server optimisers step as their closed forms', () => {
  test.each([
    ['fedadam', { ...options, beta2: 0.9 }, (v: number, square: number) => 0.9 * v + 0.1 * square],
    [
      'fedyogi',
      { ...options, beta2: 0.9 },
      (v: number, square: number) => v - 0.1 * square * Math.sign(v - square),
    ],
    ['fedadagrad', options, (v: number, square: number) => v + square],
  ])('%s', async (name, given, second) => {
    const found = await path(name, changes, given)
    for (const [i, weight] of expected(changes, options, second).entries())
      expect(found[i]).toBeCloseTo(weight, 5)
  })
})

test('of a constant change, Adagrad slows down as 1 / √t and Adam does not', async () => {
  const steps = async (name: string) => {
    const weights = [1, ...(await path(name, new Array(200).fill(0.3), { ...options, beta1: 0 }))]
    return weights.slice(1).map((weight, i) => weight - weights[i])
  }
  const adagrad = await steps('fedadagrad')
  expect(adagrad[199] / adagrad[49]).toBeCloseTo(0.5, 1)
  expect((await steps('fedadam'))[199] / 0.1).toBeCloseTo(1, 1)
})

test('what they carry is saved and restored', async () => {
  for (const name of ['fedadam', 'fedyogi', 'fedadagrad', 'fedavgm']) {
    const [one, other] = await Promise.all([builtIn('aggregator', name), builtIn('aggregator', name)])
    const start = Float32Array.of(1, 2)
    one.aggregate(start, updatesOf([[2, 3]]))
    other.restore?.(one.save?.() ?? {})
    expect(other.aggregate(start, updatesOf([[0, 1]]))).toEqual(one.aggregate(start, updatesOf([[0, 1]])))
  }
})
