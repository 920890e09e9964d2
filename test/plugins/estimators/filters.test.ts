import { describe, expect, test } from 'vitest'
import { dopplerCorrelation } from '../../../core/environment/followed-fading.js'
import { relativeError, twinOf } from '../../twin/twins.js'

const STEP_SECONDS = 0.005
const WAVELENGTH_M = 299_792_458 / 3.5e9

/** Speed at which amplitudes keep that correlation over a step, by the autoregressive model. */
function speedFor(correlation: number): number {
  let [low, high] = [0, 100]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    const found = dopplerCorrelation('autoregressive', (middle * STEP_SECONDS) / WAVELENGTH_M)
    if (found > correlation) low = middle
    else high = middle
  }
  return low
}

interface Setting {
  readonly estimator: string
  readonly correlation: number
  readonly errorDb?: number
  readonly everyRounds?: number
  readonly kFactor?: number
}

/** Mean squared error over the mean squared, round by round. */
async function errorsOf(
  rounds: number,
  { estimator, correlation, errorDb = 0, everyRounds = 1, kFactor }: Setting,
) {
  const { look } = await twinOf(`
twin: { everyRounds: ${everyRounds}, gainErrorDb: ${errorDb}, estimator: ${estimator} }
network:
  clients: { count: 300, positions: fixed, speedMps: ${speedFor(correlation)} }
  servers: { count: 4 }
  channels: { count: 4 }
  fading: ${kFactor === undefined ? 'rayleigh' : `{ plugin: rician, options: { kFactor: ${kFactor} } }`}
  doppler: { model: autoregressive, frequencyHz: 3.5e9 }`)
  const found: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const { known, snapshot } = await look(round, 50 + STEP_SECONDS * round)
    found.push(relativeError(known, snapshot))
  }
  return found
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** The variance of a filtered state's error, in the long run: the fixed point of the scalar Riccati equation. */
function steadyVariance(a: number, noise: number, own = 1): number {
  // P⁻ = a² P⁻ r / (P⁻ + r) + q has one positive solution.
  const q = (1 - a * a) * own
  const b = noise * (1 - a * a) - q
  const predicted = (-b + Math.sqrt(b * b + 4 * noise * q)) / 2
  return (predicted * noise) / (predicted + noise)
}

/** Of a gain with that error, its bias taken off: E[g²] (exp(s²) − 1). */
const noiseOf = (errorDb: number) => 2 * Math.expm1((errorDb * (Math.LN10 / 10)) ** 2)

describe('kalman', () => {
  test.each([
    { rho: 0.98, errorDb: 3 },
    { rho: 0.9, errorDb: 3 },
    { rho: 0.95, errorDb: 1 },
  ])(
    'filters errors of $errorDb dB at ρ = $rho to the solution of the Riccati equation',
    async ({ rho, errorDb }) => {
      const found = await errorsOf(30, { estimator: 'kalman', correlation: rho, errorDb })
      const expected = steadyVariance(rho ** 2, noiseOf(errorDb))
      expect(meanOf(found.slice(15)) / expected).toBeCloseTo(1, 1)
      // Whoever believes what is reported is off by all of its error, bias and all.
      const believed = await errorsOf(4, { estimator: 'expected', correlation: rho, errorDb })
      const s2 = (errorDb * (Math.LN10 / 10)) ** 2
      expect(meanOf(believed) / (2 * (Math.exp(2 * s2) - 2 * Math.exp(s2 / 2) + 1))).toBeCloseTo(1, 0)
      expect(meanOf(found.slice(15))).toBeLessThan(meanOf(believed))
    },
  )

  test('without errors, between reports it is the conditional mean: off by 1 − ρ⁴', async () => {
    const [rho, everyRounds] = [0.97, 4]
    const kalman = await errorsOf(8, { estimator: 'kalman', correlation: rho, everyRounds })
    const expected = await errorsOf(8, { estimator: 'expected', correlation: rho, everyRounds })
    for (const [i, error] of kalman.entries()) {
      expect(error).toBeCloseTo(expected[i], 9)
      const age = i % everyRounds
      if (age > 0) expect(error / (1 - rho ** (4 * age))).toBeCloseTo(1, 0)
    }
  })
})

describe('ar1', () => {
  test('is the conditional mean under Rayleigh fading', async () => {
    const setting = { correlation: 0.95, everyRounds: 3 }
    const ar1 = await errorsOf(6, { estimator: 'ar1', ...setting })
    const expected = await errorsOf(6, { estimator: 'expected', ...setting })
    for (const [i, error] of ar1.entries()) expect(error).toBeCloseTo(expected[i], 12)
  })

  test('under a line of sight is off by (1 − a²) of the fading’s variance, a = (ρ² + 2Kρ) / (1 + 2K)', async () => {
    const [rho, kFactor, everyRounds] = [0.9, 4, 3]
    const found = await errorsOf(60, { estimator: 'ar1', correlation: rho, kFactor, everyRounds })
    const variance = (1 + 2 * kFactor) / (1 + kFactor) ** 2
    for (const age of [1, 2]) {
      const r = rho ** age
      const a = (r ** 2 + 2 * kFactor * r) / (1 + 2 * kFactor)
      const error = meanOf(found.filter((_, i) => i % everyRounds === age))
      expect(error / ((1 - a * a) * variance)).toBeCloseTo(1, 1)
    }
  })

  test('goes by a coefficient of its own: 1 is holding, 0 is the mean', async () => {
    const setting = { correlation: 0.9, everyRounds: 3 }
    const of = (estimator: string) => errorsOf(3, { estimator, ...setting })
    const held = await of('hold')
    for (const [i, error] of (await of('{ plugin: ar1, options: { coefficient: 1 } }')).entries())
      expect(error).toBeCloseTo(held[i], 12)
    const [, , mean] = await of('{ plugin: ar1, options: { coefficient: 0 } }')
    expect(mean).toBeCloseTo(1, 1)
  })
})
