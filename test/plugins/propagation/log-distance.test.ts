import { expect, test } from 'vitest'
import {
  correlation,
  criticalDistance,
  kolmogorovDistance,
  mean,
  normalDistribution,
  variance,
} from '../statistics.js'
import { builtIn } from '../support.js'
import { linkOf, lossDb } from './link.js'

test('path loss is that of Table I', async () => {
  const propagation = await builtIn('propagation', 'log-distance')
  // 35.3 + 37.6 log10(d) on paper.
  const byHand: [distanceM: number, lossDb: number][] = [
    [1, 35.3],
    [10, 72.9],
    [100, 110.5],
    [300, 128.439759],
    [424.264069, 134.099123],
    [1000, 148.1],
  ]
  for (const [distance, loss] of byHand)
    expect(lossDb(propagation.meanGain(linkOf(distance)))).toBeCloseTo(loss, 5)
})

test('intercept and slope can be chosen: 38.46 + 20 log10(d)', async () => {
  const propagation = await builtIn('propagation', 'log-distance', { interceptDb: 38.46, slopeDb: 20 })
  expect(lossDb(propagation.meanGain(linkOf(1)))).toBeCloseTo(38.46, 10)
  expect(lossDb(propagation.meanGain(linkOf(50)))).toBeCloseTo(38.46 + 33.9794, 4)
})

test('without shadowing nothing is drawn', async () => {
  const propagation = await builtIn('propagation', 'log-distance')
  const link = linkOf(100)
  const before = link.random.save()
  propagation.meanGain(link)
  expect(link.random.save()).toEqual(before)
})

test('shadowing is normal in dB around the path loss', async () => {
  const shadowingDb = 8
  const propagation = await builtIn('propagation', 'log-distance', { shadowingDb })
  const size = 20_000
  const shadows = Float64Array.from(
    { length: size },
    (_, draw) => (lossDb(propagation.meanGain(linkOf(100, { draw }))) - 110.5) / shadowingDb,
  )
  expect(kolmogorovDistance(shadows, normalDistribution)).toBeLessThan(criticalDistance(size))
  expect(Math.abs(mean(shadows))).toBeLessThan(5 / Math.sqrt(size))
  expect(Math.abs(variance(shadows) - 1)).toBeLessThan(5 * Math.sqrt(2 / size))
})

test('shadowing may be a function of the place, with a correlation distance', async () => {
  const propagation = await builtIn('propagation', 'log-distance', { shadowingDb: 8, correlationM: 20 })
  const shadows = (offset: number) =>
    Float64Array.from({ length: 8000 }, (_, i) => {
      const clientPosition = { x: 1000 + 80 * Math.floor(i / 200) + offset, y: 0 }
      return lossDb(propagation.meanGain({ ...linkOf(100, { server: i % 200 }), clientPosition })) - 110.5
    })
  const here = shadows(0)
  expect(shadows(0)).toEqual(here)
  expect(Math.sqrt(variance(here)) / 8).toBeCloseTo(1, 1)
  expect(Math.abs(correlation(here, shadows(20)) - Math.exp(-1))).toBeLessThan(0.02)
})
