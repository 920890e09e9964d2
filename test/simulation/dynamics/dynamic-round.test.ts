import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type RoundCost, type RoundNetwork, SITS_OUT } from '../../../core/plugin/index.js'
import { randomNetwork } from '../../network/instances.js'
import { agree, instances, playDynamic } from './rounds.js'

const figures = [
  'uplinkRate',
  'downlinkRate',
  'headTime',
  'uplinkTime',
  'edgeTime',
  'downlinkTime',
  'clientTime',
  'headEnergy',
  'uplinkEnergy',
  'clientEnergy',
] as const

/** Every figure to 1e-9 of itself; a time also of the client's whole round, of which the clock shows no more digits. */
function expectEqual(actual: RoundCost, expected: RoundCost): void {
  expect(agree(actual.time, expected.time)).toBe(true)
  expect(agree(actual.energy, expected.energy)).toBe(true)
  expect(agree(actual.cost, expected.cost)).toBe(true)
  for (const figure of figures)
    for (const [client, value] of expected[figure].entries()) {
      const found = actual[figure][client]
      if (Number.isNaN(value)) expect(found).toBeNaN()
      else {
        const share = expected.clientTime[client] / Math.max(1e-300, expected.uplinkTime[client])
        expect(agree(found, value, Math.abs(value) * Math.max(1, 1e-6 * share))).toBe(true)
      }
    }
}

describe('equals the closed forms', () => {
  test('with one client', () => {
    fc.assert(
      fc.property(instances, ({ network, assignment }) => {
        const alone = assignment.map((slot, client) => (client === 0 ? Math.max(0, slot) : SITS_OUT))
        const { cost, staticCost } = playDynamic(network, alone)
        expectEqual(cost, staticCost)
      }),
    )
  })

  test('where nobody shares a channel or a server', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const network = randomNetwork(seed, { clients: 5, servers: 5, channels: 5 })
        const { cost, staticCost } = playDynamic(network, Int32Array.of(0, 6, 12, 18, 24))
        expectEqual(cost, staticCost)
      }),
    )
  })

  test('where all that share anything do so from first to last', () => {
    const twins = symmetric({ clients: 6, bits: 1e8 })
    const { cost, staticCost } = playDynamic(twins, new Int32Array(6))
    expectEqual(cost, staticCost)
  })
})

/** Clients that are all alike on one channel of one server; the last has other bits to send. */
function symmetric({ clients, bits }: { clients: number; bits: number }): RoundNetwork {
  const network = randomNetwork(1, { clients, servers: 1, channels: 1 })
  const same = (value: number) => new Float64Array(clients).fill(value)
  return {
    ...network,
    clientPowerW: same(0.2),
    clientSamples: same(1),
    clientFlops: same(1e10),
    clientJoulesPerSample: same(0.5),
    serverPowerW: Float64Array.of(2),
    serverFlops: Float64Array.of(1e13),
    load: { headFlops: 2e10, bodyFlops: 4e13, uplinkBits: bits, downlinkBits: bits },
    uplinkGain: same(1e-10),
    downlinkGain: same(1e-10),
  }
}

test('two clients of which one has more to send, by hand', () => {
  const network = { ...symmetric({ clients: 2, bits: 1e8 }), clientSamples: Float64Array.of(1, 3) }
  const { cost, phases } = playDynamic(network, Int32Array.of(0, 0))
  const rate = (power: number, others: number) =>
    network.bandwidthHz * Math.log2(1 + (power * 1e-10) / (network.noiseW + others * power * 1e-10))
  const [shared, alone] = [rate(0.2, 1), rate(0.2, 0)]
  // Head forward: 2e10 FLOP a sample at 1e10 FLOP/s, a quarter of it before the uplink.
  const [starts, longer] = [0.5, 1.5]
  const before = (longer - starts) * alone
  const uplink0 = before >= 1e8 ? 1e8 / alone : longer - starts + (1e8 - before) / shared
  expect(cost.uplinkTime[0]).toBeCloseTo(uplink0, 9)
  const together = Math.max(0, starts + uplink0 - longer)
  const uplink1 = together + (3e8 - together * shared) / alone
  expect(cost.uplinkTime[1]).toBeCloseTo(uplink1, 9)
  // 4 s of work for the first and 12 s for the second; it comes when the first has been alone for so long.
  const lead = longer + uplink1 - (starts + uplink0)
  expect(lead).toBeGreaterThan(4)
  expect(cost.edgeTime[0]).toBeCloseTo(4, 9)
  expect(cost.edgeTime[1]).toBeCloseTo(12, 9)
  expect(cost.uplinkEnergy[1]).toBeCloseTo(0.2 * uplink1, 9)
  expect(cost.headEnergy[1]).toBeCloseTo(1.5, 12)
  expect(phases).toHaveLength(10)
})

test('an edge server is shared in proportion to samples, by hand', () => {
  const two = symmetric({ clients: 2, bits: 0 })
  const network = {
    ...two,
    clientSamples: Float64Array.of(1, 3),
    load: { headFlops: 4e9, bodyFlops: 4e13, uplinkBits: 0, downlinkBits: 0 },
  }
  const { cost } = playDynamic(network, Int32Array.of(0, 0))
  // Heads take 0.1 s and 0.3 s. The first job of 4 s is alone for 0.2 s, then at a quarter of the server: 3.8 × 4 s.
  expect(cost.edgeTime[0]).toBeCloseTo(0.2 + 3.8 * 4, 9)
  // The second job of 12 s has three quarters for 15.2 s, which leaves 0.6 s alone.
  expect(cost.edgeTime[1]).toBeCloseTo(15.2 + 0.6, 9)
  expect(cost.uplinkTime[0]).toBe(0)
  expect(cost.uplinkRate[0]).toBeNaN()
})

test('no phase of any client takes longer than under static dynamics', () => {
  fc.assert(
    fc.property(instances, ({ network, assignment }) => {
      const { cost, staticCost } = playDynamic(network, assignment)
      for (const figure of ['headTime', 'uplinkTime', 'edgeTime', 'downlinkTime', 'clientTime'] as const)
        for (const [client, limit] of staticCost[figure].entries())
          if (!Number.isNaN(limit))
            expect(cost[figure][client]).toBeLessThanOrEqual(limit + 1e-9 * staticCost.clientTime[client])
      expect(cost.time).toBeLessThanOrEqual(staticCost.time * (1 + 1e-9))
      expect(cost.energy).toBeLessThanOrEqual(staticCost.energy * (1 + 1e-9))
    }),
    { numRuns: 300 },
  )
})

test('energy is power times time on the air and what the head takes, and adds up', () => {
  fc.assert(
    fc.property(instances, ({ network, assignment }) => {
      const { cost, phases, end } = playDynamic(network, assignment)
      let sum = 0
      for (const [client, slot] of assignment.entries()) {
        if (slot === SITS_OUT) {
          expect(cost.clientEnergy[client]).toBeNaN()
          continue
        }
        const uplink = phases.find((each) => each.client === client && each.phase === 'uplink')!
        const sending = network.clientPowerW[client] * (uplink.end - uplink.start)
        const computing = network.clientSamples[client] * network.clientJoulesPerSample[client]
        expect(agree(cost.clientEnergy[client], sending + computing)).toBe(true)
        sum += cost.clientEnergy[client]
      }
      expect(agree(cost.energy, sum)).toBe(true)
      expect(cost.time).toBe(end)
      const { latency, energy } = network.weights
      expect(cost.cost).toBe(latency * cost.time + energy * cost.energy)
    }),
  )
})

test('the phases of a client follow each other without a gap, and the round ends with the last', () => {
  fc.assert(
    fc.property(instances, ({ network, assignment }) => {
      const { phases, end } = playDynamic(network, assignment)
      for (const [client, slot] of assignment.entries()) {
        const own = phases.filter((each) => each.client === client)
        expect(own).toHaveLength(slot === SITS_OUT ? 0 : 5)
        let time = 0
        for (const { start, end } of own) {
          expect(start).toBe(time)
          time = end
        }
      }
      expect(Math.max(0, ...phases.map((each) => each.end))).toBe(end)
    }),
  )
})

test('the same round again is the same to the last bit', () => {
  fc.assert(
    fc.property(instances, ({ network, assignment }) => {
      expect(playDynamic(network, assignment)).toEqual(playDynamic(network, assignment))
    }),
    { numRuns: 30 },
  )
})

test('a transfer without a signal never ends, as under static dynamics, while the others finish', () => {
  const network = symmetric({ clients: 3, bits: 1e8 })
  const blocked = { ...network, uplinkGain: Float64Array.of(1e-10, 0, 1e-10) }
  const { cost, staticCost } = playDynamic(blocked, Int32Array.of(0, 0, 0))
  for (const each of [cost, staticCost]) {
    expect(each.time).toBe(Infinity)
    expect(each.energy).toBe(Infinity)
    expect(each.clientTime[1]).toBe(Infinity)
    expect(each.uplinkTime[1]).toBe(Infinity)
    expect(each.clientTime[0]).toBeLessThan(1e6)
    expect(each.clientTime[2]).toBeLessThan(1e6)
  }
})

test('clients that interfere below the least SINR of each other never end, and nothing stops', () => {
  const rate = {
    form: 'truncated',
    attenuation: 1,
    gap: 1,
    minimumSinr: 2,
    maximumEfficiency: Infinity,
  } as const
  const network = { ...symmetric({ clients: 2, bits: 1e8 }), rate }
  const { cost, staticCost } = playDynamic(network, Int32Array.of(0, 0))
  for (const each of [cost, staticCost]) {
    expect(each.time).toBe(Infinity)
    expect([...each.clientTime]).toEqual([Infinity, Infinity])
    expect([...each.uplinkTime]).toEqual([Infinity, Infinity])
  }
  expect(playDynamic(network, Int32Array.of(0, 0), { deadlineSeconds: 50 }).end).toBe(50)
  expect(playDynamic(network, Int32Array.of(0, SITS_OUT)).cost.time).toBeLessThan(1e6)
})

test('a round that nobody takes part in takes no time', () => {
  const network = symmetric({ clients: 2, bits: 1e8 })
  const { cost } = playDynamic(network, Int32Array.of(SITS_OUT, SITS_OUT))
  expect([cost.time, cost.energy, cost.cost]).toEqual([0, 0, 0])
})
