import { expect, test } from 'vitest'
import { controlledPowers } from '../../core/environment/power-control.js'
import { parametersOf } from '../plugins/support.js'
import { recordsOf } from '../simulation/experiments.js'

test('clients send with P0 + α PL of the server that they hear best, and no more than they have', () => {
  const parameters = { ...parametersOf(3, 2, 1), clientPowerW: Float64Array.of(0.2, 0.2, 0.01) }
  // -80 dBm and losses of 90, 100 and 120 dB at best.
  const gains = Float64Array.of(1e-9, 1e-12, 1e-11, 1e-10, 1e-12, 1e-13)
  const powers = (compensation: number) => [
    ...controlledPowers({ targetW: 1e-11, compensation }, parameters, gains),
  ]
  const [near, far, weak] = powers(0.8)
  // -80 + 72 = -8 dBm, -80 + 80 = 0 dBm, and 16 dBm, of which it has 10.
  expect(near).toBeCloseTo(10 ** -3.8, 12)
  expect(far).toBeCloseTo(1e-3, 12)
  expect(weak).toBe(0.01)
  expect(powers(0)).toEqual([1e-11, 1e-11, 1e-11])
  expect(powers(1)[1]).toBeCloseTo(0.1, 12)
})

test('a scenario that asks for it spends less on uplinks, at the power that its clients send with', async () => {
  const text = (control: string) =>
    `rounds: 3\nnetwork: { clients: { powerControl: ${control} } }\nschedulers: [hardest-first]`
  const [all, controlled] = [await recordsOf(text('null')), await recordsOf(text('{ targetDbm: -90 }'))]
  for (const [i, { cost }] of controlled.entries()) {
    for (let client = 0; client < 16; client++) {
      const watts = cost.uplinkEnergy[client] / cost.uplinkTime[client]
      expect(watts).toBeLessThanOrEqual(10 ** -0.7 * (1 + 1e-12))
    }
    expect(cost.uplinkEnergy[0] / cost.uplinkTime[0]).toBeLessThan(
      all[i].cost.uplinkEnergy[0] / all[i].cost.uplinkTime[0],
    )
  }
})

test('schedulers decide on the powers that clients send with', async () => {
  const text = `rounds: 3
network: { clients: { count: 5, powerControl: { targetDbm: -90 } }, servers: { count: 2 }, channels: { count: 3 } }
schedulers: [optimal]`
  for (const { cost, bound } of await recordsOf(text)) expect(bound! / cost.cost).toBeCloseTo(1, 9)
})
