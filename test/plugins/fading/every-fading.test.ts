import { describe, expect, test } from 'vitest'
import { builtInPlugins } from '../../../plugins/index.js'
import { correlation, mean } from '../statistics.js'
import { fadingPowers } from './sample.js'

const names = builtInPlugins
  .list('fading')
  .map(({ name }) => name)
  // Without spread there is nothing to correlate.
  .filter((name) => name !== 'none' && name !== 'averaged')

describe.each(names)('%s', async (name) => {
  const powers = await fadingPowers(name)

  test('has unit mean and is never negative', () => {
    expect(Math.abs(mean(powers) - 1)).toBeLessThan(0.03)
    expect(powers.every((power) => power >= 0 && Number.isFinite(power))).toBe(true)
  })

  test('fades links independently', () => {
    for (const lag of [1, 2, 10]) {
      const found = correlation(powers.slice(lag), powers.slice(0, -lag))
      expect(Math.abs(found)).toBeLessThan(5 / Math.sqrt(powers.length))
    }
  })

  test('fills the same links the same, however many come after', async () => {
    expect((await fadingPowers(name, {}, 40)).subarray(0, 40)).toEqual(powers.subarray(0, 40))
  })
})
