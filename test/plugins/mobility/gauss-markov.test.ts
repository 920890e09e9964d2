import { describe, expect, test } from 'vitest'
import { correlation, criticalDistance, kolmogorovDistance, mean, normalDistribution } from '../statistics.js'
import { area, crowd, distance, every, positionsAt, uniformStart } from './walk.js'

const size = 4000
const middle = () => ({ x: 150, y: 100 })

/** Signed speeds of many clients in each of the first seconds: nobody gets to a border in them. */
async function speeds(options: Record<string, number>, seconds: number): Promise<Float64Array[]> {
  const walks = await crowd(size, every(1, seconds), 'gauss-markov', options, middle)
  return Array.from({ length: seconds }, (_, i) =>
    Float64Array.from(walks, (walk) => distance(walk[i + 1], walk[i])),
  )
}

describe('speed', () => {
  const options = { meanSpeedMps: 5, speedDeviationMps: 0.5, memory: 0.8 }

  test('is normal about its mean, from the first moment on', async () => {
    for (const sample of await speeds(options, 3))
      expect(kolmogorovDistance(sample, (v) => normalDistribution((v - 5) / 0.5))).toBeLessThan(
        criticalDistance(size),
      )
  })

  test('remembers: its correlation falls by the memory with every update', async () => {
    const [first, second, third] = await speeds(options, 3)
    expect(Math.abs(correlation(first, second) - 0.8)).toBeLessThan(5 / Math.sqrt(size))
    expect(Math.abs(correlation(first, third) - 0.64)).toBeLessThan(5 / Math.sqrt(size))
  })

  test('is drawn anew at every update without memory', async () => {
    const [first, second] = await speeds({ ...options, memory: 0 }, 2)
    expect(Math.abs(correlation(first, second))).toBeLessThan(5 / Math.sqrt(size))
  })
})

test('direction stays about the mean direction of the client', async () => {
  const options = { meanSpeedMps: 1, speedDeviationMps: 0, directionDeviationRad: 0.4, memory: 0.9 }
  const walks = await crowd(size, [0, 1], 'gauss-markov', options, middle)
  const headings = Float64Array.from(walks, ([from, to]) => Math.atan2(to.y - from.y, to.x - from.x))
  // Mean directions are uniform, so headings are.
  expect(kolmogorovDistance(headings, (angle) => (angle + Math.PI) / (2 * Math.PI))).toBeLessThan(
    criticalDistance(size),
  )
  const later = await crowd(size, [30, 31], 'gauss-markov', options, middle)
  const turned = Float64Array.from(later, ([from, to], i) =>
    Math.cos(Math.atan2(to.y - from.y, to.x - from.x) - headings[i]),
  )
  // Two deviations of 0.4 rad with correlation 0.9^30: E cos = exp(-0.4² (1 - 0.9^30)).
  expect(mean(turned)).toBeCloseTo(Math.exp(-0.16 * (1 - 0.9 ** 30)), 1)
})

test('with full memory a client goes straight on, and the borders reflect it', async () => {
  const options = { meanSpeedMps: 2, speedDeviationMps: 0, directionDeviationRad: 0, memory: 1 }
  const path = await positionsAt(every(0.5, 2000), 'gauss-markov', options)
  const steps = path.slice(1).map((place, i) => ({ dx: place.x - path[i].x, dy: place.y - path[i].y }))
  const { dx, dy } = steps[0]
  const reflected = steps.filter(
    (step) =>
      Math.abs(Math.abs(step.dx) - Math.abs(dx)) > 1e-9 || Math.abs(Math.abs(step.dy) - Math.abs(dy)) > 1e-9,
  )
  // Only a step in which it meets a border is bent.
  const hits = (2000 * 2 * Math.abs(dx)) / area.widthM + (2000 * 2 * Math.abs(dy)) / area.heightM + 2
  expect(reflected.length).toBeLessThanOrEqual(hits)
  expect(new Set(steps.map((step) => Math.sign(step.dx))).size).toBe(2)
})

test('clients that start uniformly stay uniform, for the borders reflect', async () => {
  const walks = await crowd(size, [700], 'gauss-markov', { updateSeconds: 5 }, uniformStart)
  const x = Float64Array.from(walks, ([place]) => place.x)
  const y = Float64Array.from(walks, ([place]) => place.y)
  expect(kolmogorovDistance(x, (value) => value / area.widthM)).toBeLessThan(criticalDistance(size))
  expect(kolmogorovDistance(y, (value) => value / area.heightM)).toBeLessThan(criticalDistance(size))
})
