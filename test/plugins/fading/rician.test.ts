import { expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import {
  criticalDistance,
  exponentialDistribution,
  kolmogorovDistance,
  mean,
  ricianDistribution,
  variance,
} from '../statistics.js'
import { builtIn } from '../support.js'
import { fadingPowers } from './sample.js'

test.each([0.5, 3, 10])('power is noncentral chi-square with unit mean, K = %d', async (kFactor) => {
  const powers = await fadingPowers('rician', { kFactor })
  expect(kolmogorovDistance(powers, ricianDistribution(kFactor))).toBeLessThan(
    criticalDistance(powers.length),
  )
  const spread = (2 * kFactor + 1) / (kFactor + 1) ** 2
  expect(Math.abs(mean(powers) - 1)).toBeLessThan(5 * Math.sqrt(spread / powers.length))
  expect(variance(powers) / spread).toBeCloseTo(1, 1)
})

test('K = 0 is Rayleigh', async () => {
  const powers = await fadingPowers('rician', { kFactor: 0 })
  expect(kolmogorovDistance(powers, exponentialDistribution)).toBeLessThan(criticalDistance(powers.length))
})

test('a link out of sight is Rayleigh’s number by number, drawn and aged', async () => {
  const outOfSight = { gain: 1, lineOfSight: false, kFactor: 0 }
  const draw = async (name: 'rician' | 'rayleigh') => {
    const fading = await builtIn('fading', name)
    const random = new RandomStreams(4).stream('fading')
    const power = new Float64Array(50)
    fading.fill(power, random, outOfSight)
    const drawn = power.slice()
    fading.age?.(power, 0.6, random, outOfSight)
    return [drawn, power]
  }
  expect(await draw('rician')).toEqual(await draw('rayleigh'))
})

test('a large K is no fading', async () => {
  const powers = await fadingPowers('rician', { kFactor: 1e8 }, 400)
  for (const power of powers) expect(power).toBeCloseTo(1, 3)
})
