import { expect, test } from 'vitest'
import { builtIn } from '../support.js'
import { linkOf, lossDb } from './link.js'

test.each([
  [100e6, 1000],
  [900e6, 1000],
  [2e9, 500],
  [2.4e9, 100],
  [28e9, 200],
])(
  'loss is 32.4 + 20 log10(MHz) + 20 log10(km), to the tenth that ITU-R P.525 gives: %d Hz, %d m',
  async (frequencyHz, distance) => {
    const propagation = await builtIn('propagation', 'free-space', { frequencyHz })
    const published = 32.4 + 20 * Math.log10(frequencyHz / 1e6) + 20 * Math.log10(distance / 1e3)
    expect(Math.abs(lossDb(propagation.meanGain(linkOf(distance))) - published)).toBeLessThan(0.05)
  },
)

test('one wavelength away the loss is that of a sphere: 20 log10(4π) = 21.98 dB', async () => {
  const propagation = await builtIn('propagation', 'free-space', { frequencyHz: 299_792_458 })
  expect(lossDb(propagation.meanGain(linkOf(1)))).toBeCloseTo(21.984, 3)
})

test('twice as far is a quarter of the gain', async () => {
  const propagation = await builtIn('propagation', 'free-space')
  const gain = (distance: number) => propagation.meanGain(linkOf(distance))
  expect(gain(100) / gain(200)).toBeCloseTo(4, 12)
})
