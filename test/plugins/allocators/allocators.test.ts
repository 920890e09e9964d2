import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allocate } from '../../../core/instance/schedule.js'
import { type Decision, evaluateRound, type RoundNetwork, SITS_OUT } from '../../../core/plugin/index.js'
import { builtInPlugins } from '../../../plugins/index.js'
import { randomNetwork } from '../../network/instances.js'
import { commonInstance } from './x4.js'

const close = (found: number, expected: number, relative = 1e-9) =>
  expect(Math.abs(found / expected - 1), `${found} for ${expected}`).toBeLessThan(relative)

const fill = (network: RoundNetwork, decision: Decision, names: string, deadlineSeconds?: number) =>
  allocate(network, decision, names.split(','), {
    registry: builtInPlugins,
    ...(deadlineSeconds !== undefined && { deadlineSeconds }),
  })

const together: Decision = { assignment: new Int32Array(4) }

describe('shares of a slot', () => {
  test('fdma-minimum-time: all end at 25.730404483 ms, as the equations of the round say', async () => {
    const network = commonInstance('fdma')
    const found = await fill(network, together, 'fdma-minimum-time')
    const { time, clientTime } = evaluateRound(network, found)
    close(time, 25.730404483e-3)
    for (const each of clientTime) close(each, time)
    for (const [i, band] of [124_962.736, 459_073.012, 264_746.1, 151_218.152].entries())
      close(found.share![i] * 1e6, band, 5e-9)
    const equal = evaluateRound(network, { ...together, share: new Float64Array(4).fill(0.25) })
    close(equal.time, 29.7248e-3, 2e-6)
  })

  test('equal-finish of the time: 40.90996889 ms at 8, 6, 4 and 2 bit/s/Hz', async () => {
    const gain = [8, 6, 4, 2].map((efficiency) => ((2 ** efficiency - 1) * (10 ** -17.4 / 1000) * 1e6) / 0.01)
    const network = commonInstance('tdma', gain)
    close(evaluateRound(network, await fill(network, together, 'equal-finish')).time, 40.90996889e-3)
  })

  test('fdma-minimum-energy under a deadline of 0.2 s', async () => {
    const network = commonInstance('fdma')
    const found = await fill(network, together, 'fdma-minimum-energy', 0.2)
    const { time, energy } = evaluateRound(network, found)
    // SLSQP: 5.042608e-5 J. The digits beyond are held by the conditions of the optimum (test/optimisation/energy.test.ts).
    close(energy, 5.0426081318987e-5)
    close(time, 0.2)
    await expect(fill(network, together, 'fdma-minimum-energy', 0.0257)).rejects.toThrow(
      'cannot be done in 0.0257 s',
    )
    await expect(fill(network, together, 'fdma-minimum-energy')).rejects.toThrow('needs a deadline')
  })

  test('what is decided stays, and the others share the rest', async () => {
    const network = commonInstance('fdma')
    const share = Float64Array.of(0.4, Number.NaN, Number.NaN, Number.NaN)
    const found = await fill(network, { ...together, share }, 'fdma-minimum-time')
    expect(found.share![0]).toBe(0.4)
    close(
      found.share!.reduce((sum, each) => sum + each, 0),
      1,
    )
    const { clientTime } = evaluateRound(network, found)
    close(clientTime[1], clientTime[2])
    close(clientTime[1], clientTime[3])
    const powerW = Float64Array.of(0.005, Number.NaN, Number.NaN, Number.NaN)
    const clockHz = Float64Array.of(Number.NaN, 5e8, Number.NaN, Number.NaN)
    const energetic = await fill(network, { ...together, powerW, clockHz }, 'fdma-minimum-energy', 0.2)
    expect([energetic.powerW![0], energetic.clockHz![1]]).toEqual([0.005, 5e8])
    expect(evaluateRound(network, energetic).time).toBeLessThanOrEqual(0.2 * (1 + 1e-9))
  })

  test('cells that share the time hear each other by their shares, and all of a cell still end together', async () => {
    const network = { ...randomNetwork(3, { clients: 6, servers: 2, channels: 1 }), access: 'tdma' as const }
    const decision = { assignment: Int32Array.of(0, 0, 0, 1, 1, 1) }
    const { clientTime } = evaluateRound(network, await fill(network, decision, 'equal-finish'))
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [3, 4],
      [3, 5],
    ])
      close(clientTime[a], clientTime[b], 1e-9)
  })

  test('slots that are whole are told so', async () => {
    const network = commonInstance('channels')
    await expect(fill(network, together, 'fdma-minimum-time')).rejects.toThrow(
      'expected access fdma, found channels',
    )
    await expect(fill(commonInstance('tdma'), together, 'fdma-minimum-time')).rejects.toThrow('found tdma')
  })

  test('a higher limit of power never costs more energy, nor a later deadline', async () => {
    const network = commonInstance('fdma')
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.03, max: 0.3, noNaN: true }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        async (deadline, powerFactor, timeFactor) => {
          const energyOf = async (of: RoundNetwork, by: number) =>
            evaluateRound(of, await fill(of, together, 'fdma-minimum-energy', by)).energy
          const base = await energyOf(network, deadline)
          const wider = { ...network, clientPowerW: network.clientPowerW.map((power) => power * powerFactor) }
          expect(await energyOf(wider, deadline)).toBeLessThanOrEqual(base * (1 + 1e-9))
          expect(await energyOf(network, deadline * timeFactor)).toBeLessThanOrEqual(base * (1 + 1e-9))
        },
      ),
      { numRuns: 15 },
    )
  })
})

test('water-filling over a client’s four slots', async () => {
  const common = commonInstance('channels')
  const network: RoundNetwork = {
    ...common,
    clients: 1,
    channels: 4,
    bandwidthHz: 1,
    noiseW: 1,
    ...{
      clientPowerW: Float64Array.of(1),
      clientSamples: Float64Array.of(0),
      clientFlops: Float64Array.of(0),
    },
    clientCycles: Float64Array.of(0),
    clientClockHz: Float64Array.of(1),
    bitsPerRound: { uplink: Float64Array.of(1), downlink: Float64Array.of(0) },
    uplinkGain: Float64Array.of(10, 5, 2, 1 / 1.5),
    downlinkGain: Float64Array.of(1, 1, 1, 1),
  }
  const grants = { first: Int32Array.of(0, 4), slot: Int32Array.of(0, 1, 2, 3) }
  const found = await fill(network, { assignment: Int32Array.of(0), grants }, 'water-filling')
  for (const [k, power] of [0.5, 0.4, 0.1, 0].entries())
    expect(found.grants?.powerW?.[k]).toBeCloseTo(power, 12)
  close(evaluateRound(network, found).uplinkRate[0], 4.432959407)
})

describe('power-control', () => {
  const network = { ...randomNetwork(8, { clients: 3, servers: 3, channels: 1 }), noiseW: 1e-12 }
  const strong: RoundNetwork = {
    ...network,
    uplinkGain: Float64Array.of(1e-7, 1e-9, 2e-9, 3e-9, 8e-8, 1e-9, 2e-9, 1e-9, 5e-8),
    downlinkGain: Float64Array.of(1e-7, 1e-9, 2e-9, 3e-9, 8e-8, 1e-9, 2e-9, 1e-9, 5e-8),
  }
  const apart = { assignment: Int32Array.of(0, 1, 2) }

  test('everyone is done just by the deadline, with the least powers', async () => {
    const full = evaluateRound(strong, apart)
    const deadline = full.time * 1.5
    const found = await fill(strong, apart, 'power-control', deadline)
    const { clientTime, energy } = evaluateRound(strong, found)
    for (const each of clientTime) close(each, deadline)
    expect(energy).toBeLessThan(full.energy)
    for (const [n, power] of found.powerW!.entries()) expect(power).toBeLessThan(strong.clientPowerW[n])
  })

  test('where no powers suffice, some stay at their limit', async () => {
    const full = evaluateRound(strong, apart)
    const found = await fill(strong, apart, 'power-control', full.time * 0.2)
    expect([...found.powerW!].some((power, n) => power === strong.clientPowerW[n])).toBe(true)
  })
})

describe('by the cost itself', () => {
  const clocked = (seed: number, access: RoundNetwork['access'] = 'channels', size = {}): RoundNetwork => {
    const network = randomNetwork(seed, { clients: 5, servers: 2, channels: 3, ...size })
    const { clients } = network
    return {
      ...network,
      access: access ?? 'channels',
      clientCycles: new Float64Array(clients).fill(2e9),
      clientClockHz: new Float64Array(clients).fill(1e9),
      switchedCapacitance: new Float64Array(clients).fill(1e-27),
      cuts: [
        { name: 'early', headFlops: 1e8, bodyFlops: 6e10, uplinkBits: 6.4e7, downlinkBits: 3.2e7 },
        { name: 'late', headFlops: 2e9, bodyFlops: 2e10, uplinkBits: 1.6e7, downlinkBits: 0.8e7 },
      ],
      payloads: [
        { name: 'fp32', uplinkShare: 1, downlinkShare: 1 },
        { name: 'int8', uplinkShare: 0.25, downlinkShare: 1 },
      ],
    }
  }
  const slots = { assignment: Int32Array.of(0, 1, 2, 3, SITS_OUT) }

  test('minimum-energy-clock takes less energy and no more time', async () => {
    const network = clocked(1)
    const before = evaluateRound(network, slots)
    const after = evaluateRound(network, await fill(network, slots, 'minimum-energy-clock'))
    expect(after.time).toBeLessThanOrEqual(before.time * (1 + 1e-12))
    expect(after.energy).toBeLessThan(before.energy)
    const late = evaluateRound(network, await fill(network, slots, 'minimum-energy-clock', before.time * 3))
    expect(late.energy).toBeLessThan(after.energy)
  })

  test('coordinate-descent finds cuts and payloads that trying all finds, and never costs more', async () => {
    for (const seed of [1, 2, 3]) {
      const network = clocked(seed)
      const found = await fill(network, slots, 'coordinate-descent')
      const { cost } = evaluateRound(network, found)
      expect(cost).toBeLessThan(evaluateRound(network, slots).cost)
      // No other cut or payload of one client is cheaper.
      for (let client = 0; client < 4; client++)
        for (const cut of [0, 1])
          for (const payload of [0, 1]) {
            const other = { ...found, cut: found.cut!.slice(), payload: found.payload!.slice() }
            other.cut[client] = cut
            expect(evaluateRound(network, other).cost).toBeGreaterThanOrEqual(cost - 1e-9)
            other.payload[client] = payload
          }
    }
  })

  test('alternating only ever gets cheaper, and moves clients where that is', async () => {
    for (const access of ['channels', 'fdma', 'tdma'] as const)
      for (const seed of [1, 2]) {
        const network = clocked(seed, access, { channels: 1 + (seed % 2), clients: 4 })
        const assignment = access === 'channels' ? Int32Array.of(0, 1, SITS_OUT, SITS_OUT) : new Int32Array(4)
        const allocators = { channels: 'coordinate-descent', fdma: 'fdma-minimum-time', tdma: 'equal-finish' }
        const alone = evaluateRound(network, await fill(network, { assignment }, allocators[access])).cost
        const found = await fill(network, { assignment }, 'alternating')
        expect(evaluateRound(network, found).cost).toBeLessThanOrEqual(alone * (1 + 1e-12))
      }
  })

  test('alternating ends where no other server for one client, with shares anew, costs less', async () => {
    for (const seed of [4, 5, 6, 7]) {
      const network = { ...clocked(seed, 'fdma', { clients: 3, channels: 1 }) }
      const costOf = async (assignment: Int32Array) =>
        evaluateRound(network, await fill(network, { assignment }, 'fdma-minimum-time')).cost
      const { assignment } = await fill(network, { assignment: new Int32Array(3) }, 'alternating')
      const cost = await costOf(assignment)
      for (let client = 0; client < 3; client++) {
        const other = assignment.slice()
        other[client] = 1 - other[client]
        expect(await costOf(other)).toBeGreaterThanOrEqual(cost * (1 - 1e-9))
      }
    }
  })
})

test('own-cuts ends as soon as the best of all combinations of cuts does, with the best shares of each', async () => {
  const cut = (name: string, headFlops: number, bodyFlops: number, bits: number, beside: number) => ({
    name,
    headFlops,
    bodyFlops,
    uplinkBits: bits,
    downlinkBits: bits,
    uplinkBitsPerRound: beside,
    downlinkBitsPerRound: 0,
  })
  const network: RoundNetwork = {
    ...commonInstance('fdma'),
    clientSamples: new Float64Array(4).fill(8),
    clientFlops: Float64Array.of(1e8, 3e8, 1e9, 1e7),
    serverFlops: Float64Array.of(1e10),
    cuts: [
      cut('first', 1e3, 5e5, 6e3, 0),
      cut('middle', 2e5, 3e5, 2e3, 1e3),
      cut('last', 5e5, 1e3, 1e2, 2e4),
    ],
  }
  const decision = await fill(network, together, 'own-cuts')
  const { time, clientTime } = evaluateRound(network, decision)
  for (const each of clientTime) close(each, time)
  let least = Infinity
  for (let code = 0; code < 3 ** 4; code++) {
    const cuts = Int32Array.from([0, 1, 2, 3], (n) => Math.floor(code / 3 ** n) % 3)
    const edgeShare = new Float64Array(4).fill(0.25)
    const shared = await fill(network, { ...together, cut: cuts, edgeShare }, 'fdma-minimum-time')
    least = Math.min(least, evaluateRound(network, shared).time)
  }
  close(time, least)
  expect(new Set(decision.cut).size).toBeGreaterThan(1)
})

describe('between bounds', () => {
  const bounded = (access: 'channels' | 'fdma' | 'tdma', bounds: RoundNetwork['bounds']): RoundNetwork => ({
    ...commonInstance(access),
    channels: access === 'channels' ? 4 : 1,
    ...(access === 'channels' && {
      uplinkGain: Float64Array.from({ length: 16 }, (_, i) => [1e-9, 3e-10, 1e-10, 3e-11][i % 4]),
      downlinkGain: new Float64Array(16).fill(1e-9),
    }),
    switchedCapacitance: new Float64Array(4).fill(1e-28),
    ...(bounds && { bounds }),
  })
  const apart: Decision = { assignment: Int32Array.of(0, 1, 2, 3) }
  const least = { leastPowerW: 8e-3, leastClockHz: 7e8 }
  const cases = [
    ['coordinate-descent', 'channels'],
    ['alternating', 'channels'],
    ['power-control', 'channels'],
    ['minimum-energy-clock', 'channels'],
    ['fdma-minimum-energy', 'fdma'],
    ['even-shares,power-control', 'fdma'],
    ['fedl', 'tdma'],
    ['edge-cost', 'tdma'],
  ] as const

  test.each(cases)('%s takes no power and no clock below the least (%s)', async (names, access) => {
    const network = bounded(access, least)
    const decision = access === 'channels' ? apart : together
    const found = await fill(network, decision, names, 10)
    for (const power of found.powerW ?? []) expect(power).toBeGreaterThanOrEqual(least.leastPowerW)
    for (const clock of found.clockHz ?? []) expect(clock).toBeGreaterThanOrEqual(least.leastClockHz)
    expect(found.powerW ?? found.clockHz).toBeDefined()
    expect(evaluateRound(network, found).time).toBeLessThan(10)
  })

  const levels = {
    powerLevelsW: Float64Array.of(2e-3, 5e-3, 1e-2),
    clockLevelsHz: Float64Array.of(2e8, 5e8, 1e9),
  }

  test.each(['power-control', 'fdma-minimum-energy', 'fedl', 'edge-cost'])(
    '%s says that it knows of no levels',
    async (name) => {
      const access = name === 'power-control' ? 'channels' : name === 'fdma-minimum-energy' ? 'fdma' : 'tdma'
      const variable = name === 'edge-cost' ? 'clock' : 'power'
      const filled = fill(bounded(access, levels), access === 'channels' ? apart : together, name, 10)
      await expect(filled).rejects.toThrow(
        `allocator "${name}": it takes any ${variable} in a range; expected decisions.`,
      )
    },
  )

  test('minimum-energy-clock takes the lowest level that is in time', async () => {
    const network = bounded('channels', levels)
    const full = evaluateRound(network, apart)
    // Client 1 has the most cycles, 2e7: at 5e8 Hz they take 40 ms.
    const found = await fill(network, apart, 'minimum-energy-clock', full.time + 25e-3)
    const { clientTime } = evaluateRound(network, found)
    for (const [n, clock] of found.clockHz!.entries()) {
      expect(levels.clockLevelsHz).toContain(clock)
      expect(clientTime[n]).toBeLessThanOrEqual(full.time + 25e-3)
      const lower = [...levels.clockLevelsHz].filter((level) => level < clock).at(-1)
      if (lower === undefined) continue
      const slower = found.clockHz!.with(n, lower)
      expect(evaluateRound(network, { ...found, clockHz: slower }).clientTime[n]).toBeGreaterThan(
        full.time + 25e-3,
      )
    }
    expect(new Set(found.clockHz).size).toBeGreaterThan(1)
  })
})
