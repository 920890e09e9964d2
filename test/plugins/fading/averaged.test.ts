import { expect, test } from 'vitest'
import {
  criticalDistance,
  exponentialDistribution,
  kolmogorovDistance,
  mean,
  variance,
} from '../statistics.js'
import { fadingPowers } from './sample.js'

const EULER = 0.5772156649015329

/** E ln(1 + γP) of Rayleigh fading, e^(1/γ) E₁(1/γ), by the series of E₁ (Abramowitz and Stegun 5.1.11). */
function ergodicRate(snr: number): number {
  const x = 1 / snr
  let series = -EULER - Math.log(x)
  let term = 1
  for (let n = 1; n < 30; n++) {
    term *= -x / n
    series -= term / n
  }
  return Math.exp(x) * series
}

test('one fade is Rayleigh', async () => {
  const powers = await fadingPowers('averaged', { fades: 1 })
  expect(kolmogorovDistance(powers, exponentialDistribution)).toBeLessThan(criticalDistance(powers.length))
})

test.each([2, 5, 40])(
  'of %d fades the logarithm has variance π²/6 over their number, and unit mean',
  async (fades) => {
    const powers = await fadingPowers('averaged', { fades })
    const logs = powers.map(Math.log)
    const expected = Math.PI ** 2 / 6 / fades
    // The fourth moment of the logarithm of an exponential is 5.4 squared variances: a sample's variance scatters by √4.4/√n.
    expect(Math.abs(variance(logs) / expected - 1)).toBeLessThan(
      (5 * Math.sqrt(4.4)) / Math.sqrt(powers.length),
    )
    expect(Math.abs(mean(powers) - 1)).toBeLessThan(5 * Math.sqrt(variance(powers) / powers.length))
  },
)

test.each([
  // Γ(3/2) = √π/2, Γ(4/3) and Γ(5/4).
  [2, 2 * Math.log(Math.sqrt(Math.PI) / 2)],
  [3, 3 * Math.log(0.8929795115692493)],
  [4, 4 * Math.log(0.906402477055477)],
])('geometric means of %d fades are taken over their mean, Γ(1 + 1/L)^L', async (fades, logOfMean) => {
  const logs = (await fadingPowers('averaged', { fades })).map(Math.log)
  expect(Math.abs(mean(logs) - (-EULER - logOfMean))).toBeLessThan(
    5 * Math.sqrt(variance(logs) / logs.length),
  )
})

test('endlessly many are none', async () => {
  expect(new Set(await fadingPowers('averaged', { fades: null }))).toEqual(new Set([1]))
  expect(await fadingPowers('averaged')).toEqual(await fadingPowers('none'))
})

test.each([
  [5, 1.165],
  [10, 1.066],
  [15, 1.024],
  [20, 1.008],
  [40, 1],
])(
  'at %d dB the ergodic rate is %d times that at the geometric mean, and less than that at the mean',
  (decibels, times) => {
    const snr = 10 ** (decibels / 10)
    const ergodic = ergodicRate(snr)
    expect(ergodic / Math.log1p(snr * Math.exp(-EULER))).toBeCloseTo(times, 3)
    expect(ergodic).toBeLessThan(Math.log1p(snr))
  },
)
