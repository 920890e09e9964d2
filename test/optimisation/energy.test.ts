import { describe, expect, test } from 'vitest'
import {
  airtimeSeconds,
  commonComputingSeconds,
  energyPlan,
  goldenSection,
  minimumEdgeCost,
  minimumEnergyShares,
} from '../../core/optimisation/index.js'
import { bandwidthHz, bits, cycles, mostClockHz, noiseOverGain, powerW } from './instance.js'

const close = (found: number, expected: number, relative = 1e-9) =>
  expect(Math.abs(found / expected - 1), `${found} for ${expected}`).toBeLessThan(relative)

const work = bits / bandwidthHz
const clients = noiseOverGain.map((noise, i) => ({
  fixedSeconds: 0,
  cycles: cycles[i],
  switchedCapacitance: 1e-28,
  mostClockHz,
  work,
  noiseOverGain: noise,
  mostPowerW: powerW,
}))

describe('minimum energy under a deadline (Yang et al. 2021, Zeng et al. 2020)', () => {
  const found = minimumEnergyShares(clients, 0.2, 'band')!

  test('the common instance', () => {
    // SLSQP gives 5.042608e-5; its digits beyond, and these, are held by the conditions below.
    close(found.joules, 5.042608e-5, 1e-7)
  })

  test('energy falls at the same rate with everyone’s band: the condition of the optimum', () => {
    for (const [i, { seconds }] of found.plans.entries()) {
      const u = work / (found.share[i] * seconds)
      const slope = noiseOverGain[i] * (seconds / bandwidthHz) * (2 ** u * (1 - u * Math.LN2) - 1)
      close(slope, -1.28649e-11, 2e-5)
    }
    expect(found.share.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(1)
    close(
      found.share.reduce((sum, each) => sum + each, 0),
      1,
    )
  })

  test('each client’s split of its time is the least too', () => {
    for (const [i, client] of clients.entries()) {
      const { value } = goldenSection(
        (seconds) =>
          (1e-28 * client.cycles ** 3) / (0.2 - seconds) ** 2 +
          noiseOverGain[i] * found.share[i] * seconds * (2 ** (work / (found.share[i] * seconds)) - 1),
        0.01,
        0.19,
      )
      close(found.plans[i].joules, value)
    }
  })

  test('sending next to nothing, and computing as little, splits the time where both slow down alike', () => {
    const [bits, noise, deadline] = [4e-5, 1e-3, 1]
    // κ C³ / (T - t)² falls as (N0/h) t (2^(w/t) - 1) does, whose slope is -(N0/h)(u²/2 + u³/3 + u⁴/8 + …), u = w ln2 / t.
    const [switchedCapacitance, cycles] = [1e-28, 1e5]
    const client = { ...clients[0], switchedCapacitance, cycles, work: bits, noiseOverGain: noise }
    const { seconds } = energyPlan({ ...client, mostPowerW: 10 }, 1, deadline, 'band')!
    const u = (bits * Math.LN2) / seconds
    expect(u).toBeLessThan(1e-4)
    expect(seconds).toBeGreaterThan(0.1)
    const slowing = (2 * switchedCapacitance * cycles ** 3) / (deadline - seconds) ** 3
    close(slowing, noise * (u ** 2 / 2 + u ** 3 / 3 + u ** 4 / 8), 1e-8)
  })

  test('a later deadline costs less, down to the floor N0 s ln2/h', () => {
    const floor = noiseOverGain.map((noise) => noise * work * Math.LN2)
    for (const [i, expected] of [0.7754e-7, 2.5847e-7, 7.7541e-7, 25.847e-7].entries())
      close(floor[i], expected, 2e-5)
    let before = Infinity
    for (const deadline of [0.03, 0.05, 0.2, 1, 10, 1000]) {
      const { joules } = minimumEnergyShares(clients, deadline, 'band')!
      expect(joules).toBeLessThan(before)
      before = joules
    }
    close(
      before,
      floor.reduce((sum, each) => sum + each, 0),
      1e-3,
    )
  })

  test('a deadline that the minimum time just misses has no shares', () => {
    expect(minimumEnergyShares(clients, 25.7304e-3, 'band')).toBeUndefined()
    const tight = minimumEnergyShares(clients, 25.7305e-3, 'band')!
    for (const { powerW: power } of tight.plans) close(power, powerW, 1e-3)
  })

  test('limits of power and clock hold, and what is settled stays', () => {
    const plan = energyPlan({ ...clients[0], clockHz: 5e8, powerW: 0.002 }, 0.5, 0.2, 'band')!
    expect([plan.clockHz, plan.powerW]).toEqual([5e8, 0.002])
    expect(energyPlan({ ...clients[0], clockHz: 1e6 }, 0.5, 0.2, 'band')).toBeUndefined()
    close(plan.joules, 1e-28 * 1e7 * 25e16 + 0.002 * plan.seconds)
  })

  test('a share of the time costs what the same share of the band does, at more power', () => {
    const [inBand, inTime] = (['band', 'time'] as const).map(
      (divided) => energyPlan(clients[1], 0.3, 0.2, divided)!,
    )
    close(inTime.joules, inBand.joules)
    close(inTime.powerW * 0.3, inBand.powerW)
  })
})

describe('FEDL (Dinh et al. 2021)', () => {
  const processors = cycles.map((each) => ({ cycles: each, leastClockHz: 0, mostClockHz: Infinity }))
  test.each([
    [1, 13.572088083e-3],
    [0.1, 29.240177382e-3],
    [0.01, 62.996052495e-3],
  ])('SUB1 with κ = %d', (latencyWeight, expected) => {
    close(commonComputingSeconds(processors, { capacitance: 2e-28, latencyWeight }), expected)
  })

  test('SUB1 keeps to limits: the slowest at its highest clock, and those at their lowest count no more', () => {
    const limited = processors.map((each) => ({ ...each, mostClockHz: 1e9 }))
    expect(commonComputingSeconds(limited, { capacitance: 2e-28, latencyWeight: 1 })).toBe(0.02)
    const slow = processors.map((each, i) => ({ ...each, leastClockHz: i === 3 ? 1e9 : 0 }))
    const found = commonComputingSeconds(slow, { capacitance: 2e-28, latencyWeight: 0.01 })
    close(found, Math.cbrt((2e-28 * (1e21 + 8e21 + 3.375e21)) / 0.01))
  })

  test('SUB2 with κ = 0.001', () => {
    const times = noiseOverGain.map((noise) =>
      airtimeSeconds({ work, noiseOverGain: noise, latencyWeight: 0.001 }),
    )
    for (const [i, expected] of [4.5068613e-3, 5.6891465e-3, 7.2946281e-3, 10.0420504e-3].entries())
      close(times[i], expected, 1e-8)
    const objective = times.reduce(
      (sum, time, i) => sum + time * noiseOverGain[i] * (2 ** (work / time) - 1) + 0.001 * time,
      0,
    )
    close(objective, 4.294716538e-5)
  })

  test('SUB2 within limits of power', () => {
    const link = { work, noiseOverGain: noiseOverGain[0], latencyWeight: 0.001 }
    const power = noiseOverGain[0] * (2 ** (work / 0.01) - 1)
    close(airtimeSeconds({ ...link, mostPowerW: power }), 0.01)
    const more = noiseOverGain[0] * (2 ** (work / 0.002) - 1)
    close(airtimeSeconds({ ...link, leastPowerW: more }), 0.002)
  })
})

test('HFEL at one edge server (Luo et al. 2020)', () => {
  const edgeClients = noiseOverGain.map((noise, i) => {
    const transferSeconds = bits / (bandwidthHz * Math.log2(1 + powerW / noise))
    return {
      cycles: cycles[i],
      capacitanceWeight: 0.5 * 1e-28,
      transferSeconds,
      transferCost: 0.5 * powerW * transferSeconds,
    }
  })
  const { cost, seconds, share, clockHz } = minimumEdgeCost(edgeClients, 0.5)
  close(cost, 0.0161273966743, 1e-10)
  // The cost is flat in T, which SLSQP has to six digits; the conditions below hold it to nine.
  close(seconds, 25.287875e-3, 3e-6)
  for (const [i, expected] of [0.17442, 0.30794, 0.28927, 0.22837].entries()) close(share[i], expected, 4e-5)
  const multipliers = clockHz.map((clock) => 2 * 0.5 * 1e-28 * clock ** 3)
  close(
    multipliers.reduce((sum, each) => sum + each, 0),
    0.5,
  )
  for (const [i, client] of edgeClients.entries())
    close(client.cycles / clockHz[i] + client.transferSeconds / share[i], seconds)
})
