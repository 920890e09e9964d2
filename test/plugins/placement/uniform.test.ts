import { expect, test } from 'vitest'
import { correlation, criticalDistance, kolmogorovDistance } from '../statistics.js'
import { builtIn } from '../support.js'
import { area, positionsOf } from './nodes.js'

const count = 20_000
const positions = positionsOf(await builtIn('placement', 'uniform'), count)
const across = Float64Array.from(positions, ({ x }) => x / area.widthM)
const up = Float64Array.from(positions, ({ y }) => y / area.heightM)
/** Inside the area, 0 to 1 of its side. */
const uniform = (share: number) => Math.min(1, Math.max(0, share))

test('positions are uniform along both sides', () => {
  expect(kolmogorovDistance(across, uniform)).toBeLessThan(criticalDistance(count))
  expect(kolmogorovDistance(up, uniform)).toBeLessThan(criticalDistance(count))
})

test('along one side independently of the other', () => {
  expect(Math.abs(correlation(across, up))).toBeLessThan(5 / Math.sqrt(count))
})

test('nobody stands outside', () => {
  expect([...across, ...up].filter((share) => share < 0 || share >= 1)).toEqual([])
})
