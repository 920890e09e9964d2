import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { waitingEnergyOf } from '../../core/network/round-cost.js'
import {
  budgetEnergyOf,
  evaluateRound,
  gainIndex,
  type RoundNetwork,
  SITS_OUT,
  slotOf,
} from '../../core/plugin/index.js'
import { randomNetwork } from './instances.js'

const CHANNELS = 2

/**
 * Two clients, two servers, two channels, in numbers for paper and pencil. Gains on channel 0:
 *
 *     uplink    to server 0   to server 1        downlink   from server 0   from server 1
 *     client 0      1.5           0.5            client 0         1              0.25
 *     client 1      1             3.5            client 1         0.125          2
 *
 * Channel 1 is as channel 0.
 */
function twoByTwo(change: Partial<RoundNetwork> = {}): RoundNetwork {
  const network = {
    clients: 2,
    servers: 2,
    channels: CHANNELS,
    bandwidthHz: 1e6,
    noiseW: 1,
    clientPowerW: Float64Array.of(2, 1),
    clientSamples: Float64Array.of(10, 20),
    clientFlops: Float64Array.of(5e9, 1e10),
    clientJoulesPerSample: Float64Array.of(0.3, 0.1),
    serverPowerW: Float64Array.of(7, 4),
    serverFlops: Float64Array.of(1e10, 2e10),
    load: { headFlops: 1e9, bodyFlops: 4e9, uplinkBits: 4e5, downlinkBits: 6e5 },
    weights: { latency: 0.5, energy: 0.25 },
    uplinkGain: new Float64Array(8),
    downlinkGain: new Float64Array(8),
    meanGain: new Float64Array(4),
    ...change,
  }
  const uplink = [
    [1.5, 0.5],
    [1, 3.5],
  ]
  const downlink = [
    [1, 0.25],
    [0.125, 2],
  ]
  for (let n = 0; n < 2; n++)
    for (let m = 0; m < 2; m++)
      for (let k = 0; k < CHANNELS; k++) {
        network.uplinkGain[gainIndex(network, n, m, k)] = uplink[n][m]
        network.downlinkGain[gainIndex(network, n, m, k)] = downlink[n][m]
      }
  return network
}

const assign = (...slots: ([number, number] | null)[]) =>
  Int32Array.from(slots, (slot) => (slot ? slotOf(slot[0], slot[1], CHANNELS) : SITS_OUT))

describe('a client alone', () => {
  const cost = evaluateRound(twoByTwo(), assign([0, 0], null))

  test('sends at G log2(1 + 3) and receives at G log2(1 + 7), eqs. (9) and (14)', () => {
    expect(cost.uplinkRate[0]).toBe(2e6)
    expect(cost.downlinkRate[0]).toBe(3e6)
  })

  test('takes D ξ / R to transfer, eqs. (12) and (16), and D ψ / F to compute, eqs. (5) and (7)', () => {
    expect(cost.uplinkTime[0]).toBe(2)
    expect(cost.downlinkTime[0]).toBe(2)
    expect(cost.headTime[0]).toBe(2)
    expect(cost.edgeTime[0]).toBe(4)
    expect(cost.clientTime[0]).toBe(10)
  })

  test('spends D ω to compute, eq. (6), and P D ξ / R to send, eq. (13)', () => {
    expect(cost.headEnergy[0]).toBe(3)
    expect(cost.uplinkEnergy[0]).toBe(4)
    expect(cost.clientEnergy[0]).toBe(7)
  })

  test('makes the round cost λT + μE, eq. (19a)', () => {
    expect(cost).toMatchObject({ time: 10, energy: 7, cost: 6.75 })
  })

  test('leaves the one that sits out without figures', () => {
    for (const figure of [cost.uplinkRate, cost.clientTime, cost.edgeTime, cost.clientEnergy])
      expect(figure[1]).toBeNaN()
  })
})

describe('two clients of different servers on one channel', () => {
  const cost = evaluateRound(twoByTwo(), assign([0, 0], [1, 0]))

  test('interfere at each other’s server, eq. (10)', () => {
    // 2 · 1.5 / (1 + 1 · 1) and 1 · 3.5 / (1 + 2 · 0.5)
    expect(cost.uplinkRate[0]).toBeCloseTo(1e6 * Math.log2(2.5), 6)
    expect(cost.uplinkRate[1]).toBeCloseTo(1e6 * Math.log2(2.75), 6)
  })

  test('hear each other’s server, eq. (15)', () => {
    // 7 · 1 / (1 + 4 · 0.25) and 4 · 2 / (1 + 7 · 0.125)
    expect(cost.downlinkRate[0]).toBeCloseTo(1e6 * Math.log2(4.5), 6)
    expect(cost.downlinkRate[1]).toBeCloseTo(1e6 * Math.log2(1 + 8 / 1.875), 6)
  })

  test('the slower one makes the time of the round, eq. (17), both its energy', () => {
    const slower = 2 + 8e6 / (1e6 * Math.log2(2.75)) + 4 + 12e6 / (1e6 * Math.log2(1 + 8 / 1.875))
    expect(cost.clientTime[1]).toBeCloseTo(slower, 12)
    expect(cost.time).toBe(cost.clientTime[1])
    expect(cost.energy).toBeCloseTo(3 + (2 * 4) / Math.log2(2.5) + 2 + 8 / Math.log2(2.75), 12)
  })
})

describe('two clients of one server on different channels', () => {
  const cost = evaluateRound(twoByTwo(), assign([0, 0], [0, 1]))

  test('do not interfere', () => {
    expect(cost.uplinkRate[0]).toBe(2e6)
    expect(cost.uplinkRate[1]).toBe(1e6)
  })

  test('share the edge server by samples: each waits for all, eq. (7)', () => {
    expect([...cost.edgeTime]).toEqual([12, 12])
  })
})

describe('two clients in one slot (C5 broken)', () => {
  const cost = evaluateRound(twoByTwo(), assign([0, 0], [0, 0]))

  test('interfere within the cell, eq. (10) as it stands', () => {
    expect(cost.uplinkRate[0]).toBeCloseTo(1e6 * Math.log2(1 + 3 / 2), 6)
    expect(cost.uplinkRate[1]).toBeCloseTo(1e6 * Math.log2(1 + 1 / 4), 6)
  })

  test('each hears the server’s other transmission at full power, eq. (15) as it stands', () => {
    expect(cost.downlinkRate[0]).toBeCloseTo(1e6 * Math.log2(1 + 7 / 8), 6)
    expect(cost.downlinkRate[1]).toBeCloseTo(1e6 * Math.log2(1 + 0.875 / 1.875), 6)
  })
})

test('nothing to compute takes no time, even with no processor', () => {
  const load = { headFlops: 0, bodyFlops: 0, uplinkBits: 4e5, downlinkBits: 6e5 }
  const network = twoByTwo({ load, clientFlops: new Float64Array(2), serverFlops: new Float64Array(2) })
  const cost = evaluateRound(network, assign([0, 0], null))
  expect([cost.headTime[0], cost.edgeTime[0], cost.time]).toEqual([0, 0, 4])
})

test('without signal a transfer never ends', () => {
  const network = twoByTwo()
  network.uplinkGain.fill(0)
  expect(evaluateRound(network, assign([0, 0], null)).time).toBe(Number.POSITIVE_INFINITY)
})

test('what has no weight counts for nothing, even without end', () => {
  const silent = (direction: 'uplinkGain' | 'downlinkGain', weights: RoundNetwork['weights']) => {
    const network = twoByTwo({ weights })
    network[direction].fill(0)
    return evaluateRound(network, assign([0, 0], null))
  }
  // Without downlink the round never ends, and its energy is 3 J to compute and 4 J to send.
  expect(silent('downlinkGain', { latency: 0, energy: 0.5 })).toMatchObject({ time: Infinity, cost: 3.5 })
  expect(silent('uplinkGain', { latency: 1, energy: 0 })).toMatchObject({ energy: Infinity, cost: Infinity })
})

test('slots alone cost, to the bit, what they do with powers decided as they are', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const network = randomNetwork(seed, { clients: 24, servers: 3, channels: 5 })
    const random = new RandomStreams(seed).stream('slots')
    // Some sit out, and some share a slot.
    const assignment = Int32Array.from({ length: 24 }, () => random.integer(16) - 1)
    const { clientPowerW: powerW } = network
    expect(evaluateRound(network, assignment)).toEqual(evaluateRound(network, { assignment, powerW }))
  }
})

test('a round without anybody costs nothing', () => {
  expect(evaluateRound(twoByTwo(), assign(null, null))).toMatchObject({ time: 0, energy: 0, cost: 0 })
})

describe('waiting for the slowest', () => {
  const nan = Number.NaN
  const round = {
    time: 10,
    clientTime: Float64Array.of(10, 4, nan, 1),
    clientEnergy: Float64Array.of(1, 2, nan, 4),
  }
  const waiting = (...power: number[]) => ({ ...twoByTwo(), clientWaitingW: Float64Array.from(power) })

  test('takes power as long as it lasts, from those who take part', () => {
    const waitingEnergy = waitingEnergyOf(waiting(0.5, 0.5, 0.5, 0), round)
    expect(waitingEnergy).toEqual(Float64Array.of(0, 3, nan, 0))
    expect(budgetEnergyOf({ ...round, ...(waitingEnergy && { waitingEnergy }) })).toEqual(
      Float64Array.of(1, 5, nan, 4),
    )
  })

  test('ends when the client leaves, and is nothing for who has broken off before', () => {
    const left = (client: number) => [7, 7, 7, 0.5][client]
    expect(waitingEnergyOf(waiting(2, 2, 2, 2), round, left)).toEqual(Float64Array.of(0, 6, nan, 0))
  })

  test('costs nothing where it takes no power', () => {
    expect(waitingEnergyOf(twoByTwo(), round)).toBeUndefined()
    expect(budgetEnergyOf(round)).toBe(round.clientEnergy)
  })
})
