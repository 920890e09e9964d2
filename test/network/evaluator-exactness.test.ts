import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { Evaluator, evaluateRound, type RoundNetwork, SITS_OUT, slotOf } from '../../core/plugin/index.js'
import { randomNetwork } from './instances.js'

/** The same network with other work and weights: a load of uplinks alone, unless something else is said. */
const withLoad = (network: RoundNetwork, load: Partial<RoundNetwork['load']>, weights = network.weights) => ({
  ...network,
  load: { headFlops: 0, bodyFlops: 0, uplinkBits: 6.4e7, downlinkBits: 0, ...load },
  weights,
})

const onlyEnergy = { latency: 0, energy: 0.5 }
const onlyLatency = { latency: 0.5, energy: 0 }

const single = randomNetwork(3, { clients: 1, servers: 1, channels: 1 })

test('rates are right to the last digits at any SINR, most of all half way between two breakpoints', () => {
  const random = new RandomStreams(6).stream('SINR')
  const halfWay = Array.from({ length: 128 }, (_, i) => (i + 0.499) / 128)
  const others = Array.from({ length: 500 }, () => 10 ** random.uniform(-14, 8))
  for (const sinr of [...halfWay, ...others]) {
    const gain = Float64Array.of((sinr * single.noiseW) / single.clientPowerW[0])
    const network = withLoad({ ...single, uplinkGain: gain }, {})
    const { time } = evaluateRound(network, Int32Array.of(0))
    expect(Math.abs(new Evaluator(network, Int32Array.of(0)).time / time - 1)).toBeLessThan(3e-15)
  }
})

test('nothing to send takes no time over a dead link, and a unit of it takes its time', () => {
  const dead = withLoad({ ...single, uplinkGain: new Float64Array(1) }, { uplinkBits: 0 })
  const silent = new Evaluator(dead, Int32Array.of(0))
  expect([silent.time, silent.energy]).toEqual([0, single.clientSamples[0] * single.clientJoulesPerSample[0]])
  const unit = withLoad({ ...single, clientSamples: Float64Array.of(1) }, { uplinkBits: single.bandwidthHz })
  const { time } = evaluateRound(unit, Int32Array.of(0))
  expect(time).toBeGreaterThan(0)
  expect(new Evaluator(unit, Int32Array.of(0)).time / time).toBeCloseTo(1, 12)
})

test('more channels than tables are long', () => {
  const channels = 3000
  const network = randomNetwork(8, { clients: 4, servers: 2, channels })
  const random = new RandomStreams(8).stream('slots')
  const evaluator = new Evaluator(network)
  for (let step = 0; step < 40; step++) {
    const slots = Int32Array.from({ length: 4 }, () => random.integer(2 * channels))
    evaluator.reset(slots)
    expect(evaluator.cost / evaluateRound(network, slots).cost).toBeCloseTo(1, 12)
  }
})

test('clients placed one after another cost to the last bit what their assignment costs taken as a whole', () => {
  for (const [seed, shared] of [
    [11, false],
    [12, true],
  ] as const) {
    const size = { clients: 24, servers: 3, channels: 5 }
    const network = randomNetwork(seed, size)
    const random = new RandomStreams(seed).stream('slots')
    const free = random.shuffle(Array.from({ length: size.servers * size.channels }, (_, slot) => slot))
    const slots = Int32Array.from({ length: size.clients }, (_, client) =>
      shared ? random.integer(free.length) : (free[client] ?? SITS_OUT),
    )
    const placed = new Evaluator(network)
    for (const [client, slot] of slots.entries()) if (slot !== SITS_OUT) placed.place(client, slot)
    const found = [placed.cost, placed.time, placed.energy, placed.sumRate]
    // Candidates go by the slowest of each server, which placing keeps up to date and taking a whole finds anew.
    const removed = Array.from(slots, (_, client) => placed.costOfRemoving(client))
    const whole = new Evaluator(network, slots)
    expect([whole.cost, whole.time, whole.energy, whole.sumRate]).toEqual(found)
    expect(Array.from(slots, (_, client) => whole.costOfRemoving(client))).toEqual(removed)
  }
})

describe('a bound is the cost itself where nothing but the uplinks of those that change counts', () => {
  /** Whether a candidate hard by its cost is turned down above it and worked out below it. */
  function expectTight(evaluator: Evaluator, costOf: (limit?: number) => number): void {
    const cost = costOf()
    const before = evaluator.candidatesWorkedOut
    expect(costOf(cost * (1 - 1e-9))).toBe(Number.POSITIVE_INFINITY)
    expect(evaluator.candidatesWorkedOut).toBe(before)
    expect(costOf(cost * (1 + 1e-9))).toBe(cost)
    expect(evaluator.candidatesWorkedOut).toBe(before + 1)
  }

  test('energy: whoever leaves a channel to the others on it, for one that is empty', () => {
    const network = withLoad(randomNetwork(11, { clients: 5, servers: 5, channels: 3 }), {}, onlyEnergy)
    const evaluator = new Evaluator(
      network,
      Int32Array.from([0, 1, 2, 3, 4], (server) => slotOf(server, 0, 3)),
    )
    for (let client = 0; client < 5; client++)
      for (const channel of [1, 2])
        expectTight(evaluator, (limit) => evaluator.costOfMoving(client, slotOf(2, channel, 3), limit))
  })

  test('latency: the slowest of a channel that nobody leaves, whichever it is', () => {
    for (const slowest of [0, 1, 2]) {
      const drawn = randomNetwork(12, { clients: 4, servers: 4, channels: 3 })
      const clientSamples = Float64Array.of(1, 1, 1, 1)
      clientSamples[slowest] = 1e9
      const network = withLoad({ ...drawn, clientSamples }, {}, onlyLatency)
      // Three share a channel; the fourth moves from one to another that nobody else is on.
      const slots = Int32Array.of(slotOf(0, 0, 3), slotOf(1, 0, 3), slotOf(2, 0, 3), slotOf(3, 1, 3))
      const evaluator = new Evaluator(network, slots)
      expectTight(evaluator, (limit) => evaluator.costOfMoving(3, slotOf(3, 2, 3), limit))
    }
  })

  test.each([1, 2, 1e3])(
    'latency: edge computing of %d FLOP a sample that others are spared',
    (bodyFlops) => {
      const drawn = randomNetwork(13, { clients: 2, servers: 2, channels: 3 })
      const slow = {
        ...drawn,
        clientSamples: Float64Array.of(500, 100),
        serverFlops: Float64Array.of(1, 1e9),
      }
      const network = withLoad(slow, { bodyFlops, uplinkBits: 1e-3 }, onlyLatency)
      const evaluator = new Evaluator(network, Int32Array.of(slotOf(0, 0, 3), slotOf(0, 1, 3)))
      expectTight(evaluator, (limit) => evaluator.costOfMoving(0, slotOf(1, 2, 3), limit))
    },
  )
})

test('annealing draws what the random streams draw, to the last bit', () => {
  // In this state a random exponential as the fifth word on has nothing but its lower word: about 1e-7.
  const state = Uint32Array.of(3_667_713_881, 3_286_808_649, 803_706_265, 3_001_663_334)
  const random = new RandomStreams(1).stream('annealing')
  random.restore(state)
  const words = Array.from({ length: 6 }, () => random.bits() >>> 0)
  expect(words[4] >>> 11).toBe(0)
  // The first proposal, of the same cost, is then just accepted: whoever draws less than nothing stays where it is.
  random.restore(state)
  const even = { uplinkGain: new Float64Array(3).fill(1e-9), downlinkGain: new Float64Array(3).fill(1e-9) }
  const network = { ...randomNetwork(1, { clients: 1, servers: 1, channels: 3 }), ...even }
  const schedule = { steps: 30, initialTemperature: 1e3, finalTemperature: 1e3 }
  const evaluator = new Evaluator(network, Int32Array.of(0))
  evaluator.anneal([0], schedule, random)
  const expected = new RandomStreams(1).stream('expected')
  expected.restore(state)
  let slot = 0
  for (let step = 0; step < schedule.steps; step++) {
    expected.integer(1)
    const moves = expected.next() < 0.5
    const target = expected.integer(moves ? 3 : 1)
    if (!moves || target === slot) continue
    expect(expected.exponential()).toBeGreaterThan(0)
    slot = target
  }
  expect(random.save()).toEqual(expected.save())
})
