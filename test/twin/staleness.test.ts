import { describe, expect, test } from 'vitest'
import { dopplerCorrelation } from '../../core/environment/followed-fading.js'
import { relativeError, twinOf } from './twins.js'

const CLIENTS = 500
const FREQUENCY_HZ = 3.5e9
const WAVELENGTH_M = 299_792_458 / FREQUENCY_HZ
const SPEED_MPS = 3 / 3.6

/**
 * Mean squared error of the gains that a twin takes for the present, over their mean squared, when its only report is so many
 * seconds old.
 */
async function errors(model: string, prediction: string, ages: readonly number[]) {
  const text = `
twin: { everyRounds: 1000000, prediction: ${prediction} }
network:
  clients: { count: ${CLIENTS}, positions: fixed, speedMps: ${SPEED_MPS} }
  servers: { count: 4 }
  channels: { count: 4 }
  doppler: { model: ${model}, frequencyHz: ${FREQUENCY_HZ} }`
  const { look } = await twinOf(text)
  const found: number[] = []
  for (const [i, age] of [0, ...ages].entries()) {
    const { known, snapshot } = await look(i + 1, 100 + age)
    found.push(relativeError(known, snapshot))
  }
  return found
}

/** From next to nothing to many times the coherence time, 24.9 ms. */
const AGES = [0.002, 0.008, 0.0249, 0.04, 0.0767, 0.2, 3]

describe.each(['jakes', 'autoregressive'] as const)('under Doppler, %s', (model) => {
  const correlations = AGES.map((age) => dopplerCorrelation(model, (age * SPEED_MPS) / WAVELENGTH_M))

  test('a gain that is held is off by 2(1 − ρ²) of its mean squared, ρ the correlation of its age', async () => {
    const [fresh, ...found] = await errors(model, 'hold', AGES)
    expect(fresh).toBe(0)
    for (const [i, rho] of correlations.entries()) {
      const expected = 2 * (1 - rho ** 2)
      expect(Math.abs(found[i] - expected)).toBeLessThan(0.12 * expected)
    }
  })

  test('one predicted by its conditional mean is off by 1 − ρ⁴, never more than by the mean alone', async () => {
    const [fresh, ...found] = await errors(model, 'conditional-mean', AGES)
    expect(fresh).toBe(0)
    for (const [i, rho] of correlations.entries()) {
      const expected = 1 - rho ** 4
      expect(Math.abs(found[i] - expected)).toBeLessThan(0.12 * expected)
    }
  })
})

test('holding is worse than knowing nothing from ρ² = 1/2 on', async () => {
  // J0(x)² = 1/2 at x = 1.1258.
  const age = (1.1258 * WAVELENGTH_M) / (2 * Math.PI * SPEED_MPS)
  const [, before, after] = await errors('jakes', 'hold', [0.8 * age, 1.25 * age])
  expect(before).toBeLessThan(1)
  expect(after).toBeGreaterThan(1)
})
