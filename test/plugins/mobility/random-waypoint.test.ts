import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import type { Position } from '../../../core/plugin/index.js'
import { criticalDistance, kolmogorovDistance, mean } from '../statistics.js'
import { area, crowd, distance, every, positionsAt, uniformStart } from './walk.js'

const size = 4000

/** Each client's speed at these times, m/s, from how far it gets in a moment; NaN where it turns in it. */
async function speedsAt(times: readonly number[], options: Record<string, unknown>): Promise<Float64Array[]> {
  const moment = 1e-3
  const looked = times.flatMap((time) => [time, time + moment, time + 2 * moment])
  const walks = await crowd(size, looked, 'random-waypoint', options, uniformStart)
  return times.map((_, i) =>
    Float64Array.from(walks, (walk) => {
      const [first, second, third] = walk.slice(3 * i, 3 * i + 3)
      const speed = distance(first, second) / moment
      return Math.abs(distance(second, third) / moment - speed) < 1e-6 ? speed : Number.NaN
    }).filter((speed) => !Number.isNaN(speed)),
  )
}

describe('speed', () => {
  // Found at a random moment, a speed v of uniform legs has density ∝ 1 / v: slow legs last longer.
  const options = { speedMps: [0.1, 10] }
  const stationary = (v: number) => Math.min(1, Math.max(0, Math.log(v / 0.1) / Math.log(100)))

  test('does not decay: it has its stationary law from the first moment on', async () => {
    const speeds = await speedsAt([0, 30, 300, 3000], options)
    for (const sample of speeds)
      expect(kolmogorovDistance(sample, stationary)).toBeLessThan(criticalDistance(sample.length))
    // Clients that began with fresh legs would average 5.05 m/s at first, and 2.15 m/s in the end.
    expect(mean(speeds[0])).toBeCloseTo((10 - 0.1) / Math.log(100), 0)
  })

  test('is one number where lowest and highest are the same', async () => {
    const [speeds] = await speedsAt([50], { speedMps: [2, 2] })
    for (const speed of speeds) expect(speed).toBeCloseTo(2, 6)
  })
})

/** A place from the stationary law, by a walk of fresh legs looked at after a long time. */
async function stationaryPlaces(options: Record<string, unknown>, times: readonly number[]) {
  return crowd(size, times, 'random-waypoint', options, uniformStart)
}

test('clients that start in stationary places stay in the stationary law', async () => {
  const options = { speedMps: [1, 3], pauseSeconds: [10, 40] }
  const warm = (await stationaryPlaces(options, [20_000])).map(([place]) => place)
  const later = await crowd(size, [0, 20, 200], 'random-waypoint', options, (client) => warm[client])
  const reference = warm.map(({ x, y }) => Math.hypot(x - 150, y - 100)).toSorted((a, b) => a - b)
  for (const i of [1, 2]) {
    const sample = Float64Array.from(later, (walk) => Math.hypot(walk[i].x - 150, walk[i].y - 100))
    const distribution = (r: number) => reference.filter((each) => each <= r).length / size
    expect(kolmogorovDistance(sample, distribution)).toBeLessThan(Math.SQRT2 * criticalDistance(size))
  }
})

test('the share of pausing clients is that of the pauses in the time, from the first moment on', async () => {
  const options = { speedMps: [2, 2], pauseSeconds: [20, 100] }
  const warm = (await stationaryPlaces(options, [20_000])).map(([place]) => place)
  const looked = [0, 1e-3, 500, 500.001]
  const walks = await crowd(size, looked, 'random-waypoint', options, (client) => warm[client])
  const paused = (i: number) =>
    walks.filter((walk) => distance(walk[2 * i], walk[2 * i + 1]) === 0).length / size
  // Mean distance of two uniform places of a rectangle, by sampling.
  const random = new RandomStreams('legs').stream('all')
  const place = (): Position => ({ x: random.uniform(0, area.widthM), y: random.uniform(0, area.heightM) })
  const legs = mean(Float64Array.from({ length: 100_000 }, () => distance(place(), place())))
  const expected = 60 / (60 + legs / 2)
  for (const i of [0, 1]) expect(Math.abs(paused(i) - expected)).toBeLessThan(4 * Math.sqrt(0.25 / size))
})

test('waypoints are uniform over the area', async () => {
  // With long pauses and high speed, clients stand at waypoints.
  const options = { speedMps: [1e6, 1e6], pauseSeconds: [100, 100] }
  const walks = await crowd(size, [1000], 'random-waypoint', options, uniformStart)
  const x = Float64Array.from(walks, ([place]) => place.x)
  expect(kolmogorovDistance(x, (value) => value / area.widthM)).toBeLessThan(criticalDistance(size))
})

test('a leg is straight', async () => {
  const path = await positionsAt(every(1, 3000), 'random-waypoint', { speedMps: [1, 1] })
  const bends = path.slice(2).filter((place, i) => {
    const [a, b] = [path[i], path[i + 1]]
    return Math.abs((b.x - a.x) * (place.y - b.y) - (b.y - a.y) * (place.x - b.x)) > 1e-9
  })
  // A leg is about 130 m of 300 × 200: some 23 legs, each seen to bend in at most two seconds.
  expect(bends.length).toBeGreaterThan(5)
  expect(bends.length).toBeLessThan(100)
})

test.each([
  { x: 0, y: 0 },
  { x: 300, y: 100 },
  { x: 1e-9, y: 50 },
])('a client may start on the border, %o', async (start) => {
  for (const pauseSeconds of [
    [0, 0],
    [0, 60],
  ]) {
    const [first, later] = await positionsAt([0, 500], 'random-waypoint', { pauseSeconds }, { start })
    expect(distance(first, start)).toBeLessThan(1e-6)
    expect(later).not.toEqual(first)
  }
})
