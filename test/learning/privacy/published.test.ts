import { describe, expect, test } from 'vitest'
import {
  bestGuarantee,
  gaussianRdp,
  type Mechanism,
  noiseMultiplierFor,
  RenyiAccountant,
} from '../../../core/learning/privacy/index.js'

const gaussian = (noiseMultiplier: number, sampling: number): Mechanism => ({
  noise: 'gaussian',
  noiseMultiplier,
  sampling,
})

const range = (from: number, count: number, step = 1) =>
  Array.from({ length: count }, (_, i) => from + i * step)

const threeDigits = (value: number) => value.toPrecision(3)

/** Orders of TensorFlow Privacy where a setting's best one is not among ours. */
const coarseOrders = [...range(1.25, 6, 0.25), 3, 3.5, 4, 4.5, ...range(5, 59), 128, 256, 512]

describe('ε to three digits as published', () => {
  const opacus = 'Opacus, opacus/tests/accountants_test.py, test_rdp_accountant'
  const tfPrivacy = 'TensorFlow Privacy, privacy/analysis/compute_dp_sgd_privacy_test.py'
  test.each([
    [opacus, gaussian(1.5, 0.04), 2250, 1e-5, 7.32911117143],
    [`${tfPrivacy}, Test0`, gaussian(1.3, 150 / 60_000), 15 * 400, 1e-5, 0.7242234026109595],
    [`${tfPrivacy}, Test1`, gaussian(1, 100 / 100_000), 30 * 1000, 1e-7, 1.4154988495444845],
    // Not sampled: 1.2 passes count as 2 releases. Micro-batches double the sensitivity.
    [`${tfPrivacy}, no_microbatching_no_subsampling_rdp`, gaussian(0.7, 1), 2, 1e-5, 10.8602036],
    [`${tfPrivacy}, microbatching_no_subsampling_rdp`, gaussian(0.35, 1), 2, 1e-5, 26.2880374],
    [`${tfPrivacy}, no_microbatching_with_subsampling_rdp`, gaussian(0.7, 0.01), 120, 1e-5, 3.2392676],
    [`${tfPrivacy}, microbatching_with_subsampling_rdp`, gaussian(0.35, 0.01), 120, 1e-5, 22.6248601],
    [`${tfPrivacy}, statement, each example once per epoch`, gaussian(1, 1), 5, 1e-6, 13.376],
    [`${tfPrivacy}, statement, Poisson sampling`, gaussian(1, 64 / 10_000), 782, 1e-6, 1.616],
  ])('%s', (_, mechanism, releases, delta, published) => {
    const { epsilon } = new RenyiAccountant().compose(mechanism, releases).guarantee(delta)
    expect(threeDigits(epsilon)).toBe(threeDigits(published))
  })

  test(`${tfPrivacy}, Test2: hardly any noise`, () => {
    const steps = Math.ceil((10 * 1e8) / 1024)
    const accountant = new RenyiAccountant(coarseOrders).compose(gaussian(0.1, 1024 / 1e8), steps)
    const { epsilon, order } = accountant.guarantee(1e-7)
    expect(epsilon / 5907982.31138195).toBeCloseTo(1, 9)
    expect(order).toBe(1.25)
  })

  test('the orders that show it (Test0 and Test1 of the same file)', () => {
    const orderOf = (mechanism: Mechanism, releases: number, delta: number) =>
      new RenyiAccountant().compose(mechanism, releases).guarantee(delta).order
    expect(orderOf(gaussian(1.3, 150 / 60_000), 6000, 1e-5)).toBe(19)
    expect(orderOf(gaussian(1, 0.001), 30_000, 1e-7)).toBe(13)
  })
})

// Google's dp_accounting, rdp/rdp_privacy_accountant_test.py. Its values at 1.5 and 2.5 are bounds: they add up a
// series without its signs, and lie 3 % and 0.006 % above what integration gives.
test('Rényi divergences of the sampled Gaussian mechanism as published', () => {
  const published = [
    [5, 2.18075656e-3],
    [50, 2.38460375e-2],
    [100, 1.67416308e2],
  ]
  for (const [order, rdp] of published) expect((50 * gaussianRdp(order, 2.5, 0.01)) / rdp).toBeCloseTo(1, 6)
  expect(50 * gaussianRdp(2.5, 2.5, 0.01)).toBeLessThan(1.0854871e-3)
  expect(50 * gaussianRdp(1.5, 2.5, 0.01)).toBeLessThan(6.70579741e-4)
})

test('a constant divergence, as of pure differential privacy (the same file)', () => {
  const orders = range(2, 31)
  const { epsilon, order } = bestGuarantee(orders, new Float64Array(31).fill(1.1), 1e-5)
  expect(epsilon).toBeCloseTo(1.32783806176, 10)
  expect(order).toBe(32)
})

test('noise that gives exactly ε = 1 at δ = 1e-6 (the same file)', () => {
  const orders = range(1.001, 98_999, 0.001)
  const rdp = orders.map((order) => gaussianRdp(order, 4.530877117))
  expect(bestGuarantee(orders, rdp, 1e-6).epsilon).toBeCloseTo(1, 7)
})

// Opacus stops searching within 0.01 of ε = 8 and never above it, so that its noise is a little more than the least.
test.each([
  ['test_get_noise_multiplier_rdp_epochs', 2250, 1.416],
  ['test_get_noise_multiplier_rdp_steps', 2000, 1.3562],
])('noise for ε = 8 as Opacus finds it, %s', (_, releases, published) => {
  const found = noiseMultiplierFor(
    { epsilon: 8, delta: 1e-5 },
    { noise: 'gaussian', sampling: 0.04 },
    releases,
  )
  expect(found).toBeLessThanOrEqual(published)
  expect(threeDigits(found)).toBe(threeDigits(published))
})
