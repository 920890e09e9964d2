import { describe, expect, test } from 'vitest'
import { criticalDistance, kolmogorovDistance } from '../statistics.js'
import { area, distance, every, positionsAt, walkOf } from './walk.js'

/** Updates so seldom, and legs so short, that what is followed step by step from the start is over soon. */
const walks: [string, Record<string, unknown>, number][] = [
  ['gauss-markov', { meanSpeedMps: 0.001, speedDeviationMps: 0.0003, updateSeconds: 200 }, 2 ** 22 * 200],
  ['random-waypoint', { speedMps: [0.5, 1.5] }, 2 ** 20 * 150],
]

describe.each(walks)('%s, looked at long after the start', (name, options, near) => {
  test('costs bounded work, however long that is, and stays in the area', async () => {
    const walk = await walkOf(name, options)
    const begun = performance.now()
    for (const time of [1e9, 1e10, 1e12, 1e17, 1e100, 1e308]) {
      const { x, y } = walk(time)
      expect(x >= 0 && x <= area.widthM && y >= 0 && y <= area.heightM).toBe(true)
    }
    // Stepping there would take years.
    expect(performance.now() - begun).toBeLessThan(20_000)
  })

  test('is where it is, however often it was looked at before', async () => {
    const times = every(near / 100, 3 * near).map((time) => time + 0.3)
    const often = await positionsAt(times, name, options)
    const seldom = times.filter((_, i) => i % 29 === 0)
    expect(await positionsAt(seldom, name, options)).toEqual(often.filter((_, i) => i % 29 === 0))
  })

  test('goes on without a leap', async () => {
    const step = 100
    const limit = name === 'gauss-markov' ? 0.02 * step : 1.5 * step + 1e-6
    const from = 4 * near
    const path = await positionsAt(
      every(step, 4e6).map((time) => from + time),
      name,
      options,
    )
    for (let i = 1; i < path.length; i++) if (distance(path[i], path[i - 1]) > limit) expect(i).toBe(-1)
  })

  test('is in no other part of the area than long walks are', async () => {
    const places = await positionsAt(
      Array.from({ length: 400 }, (_, i) => 10 * near * (i + 1)),
      name,
      options,
    )
    // Uniform for one, gathered in the middle for the other: the same to the left and to the right.
    if (name === 'gauss-markov') {
      const xs = Float64Array.from(places, ({ x }) => x / area.widthM)
      expect(kolmogorovDistance(xs, (x) => x)).toBeLessThan(criticalDistance(400))
    } else {
      const left = places.filter(({ x }) => x < area.widthM / 2).length
      expect(Math.abs(left - 200)).toBeLessThan(4 * 10)
      const middle = places.filter(({ x }) => Math.abs(x / area.widthM - 0.5) < 0.25).length
      expect(middle).toBeGreaterThan(230)
    }
  })
})
