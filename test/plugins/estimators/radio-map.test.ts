import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import { RandomField } from '../../../core/plugin/index.js'
import { FieldMap } from '../../../plugins/estimators/shared/field-map.js'
import { twinOf } from '../../twin/twins.js'

const SOURCES = [
  { x: 0, y: 0 },
  { x: 600, y: 600 },
]
const law = { deviationDb: 8, correlationM: 60, noiseDb: 0.01 }

/** Fields as mean gains are: a trend with distance and a shadow of 8 dB that is alike within 60 m. */
function landscape(seed: number) {
  const streams = new RandomStreams(seed)
  const shadows = SOURCES.map((_, i) => new RandomField(streams.stream('shadow', i)))
  const random = streams.stream('places')
  const somewhere = () => ({ x: random.uniform(0, 600), y: random.uniform(0, 600) })
  const at = ({ x, y }: { x: number; y: number }) =>
    Float64Array.from(SOURCES, (source, i) => {
      const distance = Math.max(1, Math.hypot(x - source.x, y - source.y))
      return -(35.3 + 37.6 * Math.log10(distance)) + 8 * shadows[i].at(x / 60, y / 60)
    })
  return { somewhere, at, random }
}

describe('a map of a field', () => {
  test('is off by what it says of itself: σ² − kᵀC⁻¹k at places that nobody has seen', () => {
    let [squares, variances, count, plain] = [0, 0, 0, 0]
    for (let seed = 1; seed <= 5; seed++) {
      const { somewhere, at } = landscape(seed)
      const places = Array.from({ length: 250 }, somewhere)
      const map = new FieldMap(law, SOURCES, { places, values: places.map(at) }, 24)
      const into = new Float64Array(2)
      for (let i = 0; i < 60; i++) {
        const place = somewhere()
        const variance = map.at(place, into)
        for (const [field, value] of at(place).entries()) {
          squares += (into[field] - value) ** 2
          variances += variance
          plain += 64
          count++
        }
      }
    }
    expect(squares / variances).toBeGreaterThan(0.8)
    expect(squares / variances).toBeLessThan(1.25)
    expect(squares).toBeLessThan(0.6 * plain)
    expect(count).toBe(600)
  })

  test('has what was measured where it was measured, and its trend far from there', () => {
    const { somewhere, at } = landscape(7)
    const places = Array.from({ length: 100 }, somewhere)
    const map = new FieldMap(law, SOURCES, { places, values: places.map(at) }, 24)
    const into = new Float64Array(2)
    for (const place of places.slice(0, 10)) {
      expect(map.at(place, into)).toBeLessThan(0.001)
      expect(into[0]).toBeCloseTo(at(place)[0], 2)
    }
    expect(map.at({ x: 6000, y: 300 }, into)).toBeCloseTo(64, 6)
  })

  test('averages what was measured with errors', () => {
    const { somewhere, at, random } = landscape(11)
    const place = somewhere()
    const values = Array.from({ length: 50 }, () => at(place).map((value) => value + random.normal(0, 4)))
    const map = new FieldMap({ ...law, noiseDb: 4 }, SOURCES, { places: values.map(() => place), values }, 50)
    const into = new Float64Array(2)
    // 64 dB² known to 16 / 50 dB².
    expect(map.at(place, into)).toBeCloseTo(1 / (1 / 64 + 50 / 16), 2)
    expect(Math.abs(into[0] - at(place)[0])).toBeLessThan(4 * Math.sqrt(16 / 50))
  })
})

test('clients that move through a landscape nobody told the twin of find their gains from what was reported about there', async () => {
  const text = (estimator: string) => `
twin: { everyRounds: 5, placesEveryRounds: 1, estimator: ${estimator} }
network:
  area: { widthM: 300, heightM: 300 }
  clients: { count: 30, positions: fixed, mobility: { plugin: random-waypoint, options: { speedMps: [5, 6] } } }
  servers: { count: 2 }
  channels: { count: 8 }
  propagation: { plugin: log-distance, options: { shadowingDb: 8, correlationM: 60 } }`
  const offBy = async (estimator: string) => {
    const { look } = await twinOf(text(estimator))
    let [sum, count] = [0, 0]
    for (let round = 1; round <= 34; round++) {
      const { known, snapshot } = await look(round, 4 * round)
      if (round < 30 || round % 5 === 1) continue
      for (const [link, mean] of snapshot.network.meanGain.entries()) {
        sum += (10 * Math.log10(known.meanGain[link] / mean)) ** 2
        count++
      }
    }
    return Math.sqrt(sum / count)
  }
  // The twin's own propagation has the landscape; a map knows it from some 200 reports on 300 m × 300 m.
  expect(await offBy('expected')).toBeLessThan(1e-6)
  expect(await offBy('radio-map')).toBeLessThan(5)
})
