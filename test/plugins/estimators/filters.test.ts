import { describe, expect, test } from 'vitest'
import { dopplerCorrelation } from '../../../core/environment/followed-fading.js'
import type { RoundSnapshot } from '../../../core/environment/round-snapshot.js'
import { RandomStreams } from '../../../core/kernel/index.js'
import type { RoundNetwork } from '../../../core/plugin/index.js'
import { gainErrorDb } from '../../../core/twin/prediction-error.js'
import { decibels } from '../../../plugins/estimators/kalman/scales.js'
import { relativeError, twinOf } from '../../twin/twins.js'
import { builtIn, parametersOf } from '../support.js'

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

/** A twin in that setting, looked at round by round. */
async function lookAt<T>(
  rounds: number,
  { estimator, correlation, errorDb = 0, everyRounds = 1, kFactor }: Setting,
  error: (known: RoundNetwork, snapshot: RoundSnapshot) => T,
): Promise<T[]> {
  const { look } = await twinOf(`
twin: { everyRounds: ${everyRounds}, gainErrorDb: ${errorDb}, estimator: ${estimator} }
network:
  clients: { count: 300, positions: fixed, speedMps: ${speedFor(correlation)} }
  servers: { count: 4 }
  channels: { count: 4 }
  fading: ${kFactor === undefined ? 'rayleigh' : `{ plugin: rician, options: { kFactor: ${kFactor} } }`}
  doppler: { model: autoregressive, frequencyHz: 3.5e9 }`)
  const found: T[] = []
  for (let round = 1; round <= rounds; round++) {
    const { known, snapshot } = await look(round, 50 + STEP_SECONDS * round)
    found.push(error(known, snapshot))
  }
  return found
}

/** Mean squared error over the mean squared, round by round. */
const errorsOf = (rounds: number, setting: Setting) => lookAt(rounds, setting, relativeError)

/** Root mean square of decibels. */
const decibelErrorsOf = (rounds: number, setting: Setting) =>
  lookAt(rounds, setting, (known, { network }) => gainErrorDb(known, network))

const POWERS = '{ plugin: kalman, options: { of: powers } }'

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
      const found = await errorsOf(30, { estimator: POWERS, correlation: rho, errorDb })
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
    const kalman = await errorsOf(8, { estimator: POWERS, correlation: rho, everyRounds })
    const expected = await errorsOf(8, { estimator: 'expected', correlation: rho, everyRounds })
    for (const [i, error] of kalman.entries()) {
      expect(error).toBeCloseTo(expected[i], 9)
      const age = i % everyRounds
      if (age > 0) expect(error / (1 - rho ** (4 * age))).toBeCloseTo(1, 0)
    }
  })
})

describe('kalman of decibels', () => {
  test.each([
    { a: 0.95, errorDb: 3 },
    { a: 0.7, errorDb: 6 },
  ])(
    'filters a first-order process, a = $a, errors of $errorDb dB, to the Riccati equation’s solution',
    async ({ a, errorDb }) => {
      const size = { clients: 60, servers: 4, channels: 5 }
      const own = (10 / Math.LN10) ** 2 * (Math.PI ** 2 / 6)
      const average = (-0.5772156649 * 10) / Math.LN10
      const estimator = await builtIn(
        'estimator',
        'kalman',
        { coefficient: a },
        { network: parametersOf(60, 4, 5) },
      )
      const random = new RandomStreams(5).stream('process')
      const links = size.clients * size.servers
      const truth = Float64Array.from({ length: links * size.channels }, () =>
        random.normal(0, Math.sqrt(own)),
      )
      const meanGain = new Float64Array(links).fill(1e-10)
      let [squares, count] = [0, 0]
      for (let round = 1; round <= 60; round++) {
        for (const [i, value] of truth.entries())
          truth[i] = a * value + Math.sqrt((1 - a * a) * own) * random.normal()
        for (let client = 0; client < size.clients; client++) {
          const gains = Float64Array.from({ length: 20 }, (_, i) => {
            const [server, channel] = [Math.floor(i / 5), i % 5]
            const value = truth[(channel * size.clients + client) * 4 + server]
            return 1e-10 * 10 ** ((average + value + random.normal(0, errorDb)) / 10)
          })
          const place = { x: 0, y: 0 }
          const report = {
            client,
            round,
            uplinkGain: gains,
            downlinkGain: gains,
            place,
            errorDb,
            sinceLast: 0,
          }
          estimator.hear?.({ ...report, meanGain: meanGain.subarray(0, 4) })
        }
        const uplinkGain = new Float64Array(truth.length).fill(1e-10)
        estimator.estimate({
          round,
          places: Array.from({ length: size.clients }, () => ({ x: 0, y: 0 })),
          servers: [],
          correlation: new Float64Array(size.clients).fill(1),
          meanGain,
          uplinkGain,
          downlinkGain: uplinkGain,
          expected: (gain) => gain,
          kFactor: () => 0,
        })
        if (round <= 30) continue
        for (const [i, gain] of uplinkGain.entries()) {
          squares += (10 * Math.log10(gain / 1e-10) - average - truth[i]) ** 2
          count++
        }
      }
      expect(squares / count / steadyVariance(a, errorDb ** 2, own)).toBeCloseTo(1, 1)
    },
  )

  test('of Rayleigh fading is nearer, in decibels, than what was reported and than its mean', async () => {
    const offBy = async (estimator: string) => {
      const found = await decibelErrorsOf(24, { estimator, correlation: 0.98, errorDb: 3, everyRounds: 2 })
      return meanOf(found.slice(8))
    }
    const kalman = await offBy('kalman')
    expect(kalman).toBeLessThan(await offBy('expected'))
    expect(kalman).toBeLessThan(await offBy('hold'))
    expect(kalman).toBeLessThan(await offBy(POWERS))
  })

  test('knows the decibels of fading with a line of sight: their mean and spread as drawn', async () => {
    for (const kFactor of [0, 1, 5, 20]) {
      const fading = await builtIn('fading', 'rician', { kFactor })
      const power = new Float64Array(40_000)
      fading.fill(power, new RandomStreams(2).stream('fading'))
      const drawn = Array.from(power, (each) => decibels.deviation(each, 1, 0, kFactor))
      expect(Math.abs(meanOf(drawn))).toBeLessThan(0.15)
      expect(meanOf(drawn.map((each) => each * each)) / decibels.variance(kFactor)).toBeCloseTo(1, 1)
    }
    // Li₂(1/2) / ζ(2) = 1/2 − (ln 2)² / (2 ζ(2)).
    const half = 0.5 - Math.LN2 ** 2 / (Math.PI ** 2 / 3)
    expect(decibels.correlation(Math.SQRT1_2, 0)).toBeCloseTo(half, 12)
    expect(decibels.correlation(1, 0)).toBe(1)
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
