import { expect, test } from 'vitest'
import { criticalDistance, exponentialDistribution, kolmogorovDistance } from '../statistics.js'
import { builtIn } from '../support.js'

const options = { meanStaySeconds: 400, meanAbsenceSeconds: 100 }

/** Lengths of a client's first stays and absences, in turns. */
async function intervals(client: number, count: number, more = {}) {
  const churn = await builtIn('churn', 'poisson', { ...options, ...more })
  const { presentAtStart, next } = churn.timeline(client)
  const times = Array.from({ length: count }, next)
  const lengths = times.map((time, i) => time - (times[i - 1] ?? 0))
  return { presentAtStart, times, lengths }
}

test('stays and absences are exponential with their means', async () => {
  const { presentAtStart, lengths } = await intervals(0, 8000)
  expect(presentAtStart).toBe(true)
  for (const [first, mean] of [
    [0, options.meanStaySeconds],
    [1, options.meanAbsenceSeconds],
  ]) {
    const sample = Float64Array.from(lengths.filter((_, i) => i % 2 === first))
    const distance = kolmogorovDistance(sample, (x) => exponentialDistribution(x / mean))
    expect(distance).toBeLessThan(criticalDistance(sample.length))
  }
})

test('a client comes and goes alike whenever it is asked for, and unlike any other', async () => {
  const { times } = await intervals(3, 50)
  expect((await intervals(3, 50)).times).toEqual(times)
  expect((await intervals(4, 50)).times).not.toEqual(times)
  const churn = await builtIn('churn', 'poisson', options)
  const [one, again] = [churn.timeline(3), churn.timeline(3)]
  one.next()
  one.next()
  expect(again.next()).toBe(times[0])
})

test('in the stationary state a client is there at time 0 as often as at any other', async () => {
  const clients = 5000
  const churn = await builtIn('churn', 'poisson', { ...options, start: 'stationary' })
  const present = Array.from({ length: clients }, (_, client) => churn.timeline(client).presentAtStart)
  const share = present.filter(Boolean).length / clients
  expect(Math.abs(share - 0.8)).toBeLessThan(4 * Math.sqrt((0.8 * 0.2) / clients))
  const away = present.indexOf(false)
  const { lengths } = await intervals(away, 4001, { start: 'stationary' })
  const absences = Float64Array.from(lengths.filter((_, i) => i % 2 === 0))
  expect(kolmogorovDistance(absences, (x) => exponentialDistribution(x / 100))).toBeLessThan(
    criticalDistance(absences.length),
  )
})
