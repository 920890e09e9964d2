import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { unservedPriceOf } from '../../core/network/prices.js'
import {
  Evaluator,
  evaluateRound,
  gainIndex,
  type RoundNetwork,
  SITS_OUT,
  slotOf,
} from '../../core/plugin/index.js'
import { randomNetwork } from './instances.js'

const sizes = fc.record({
  seed: fc.nat(),
  clients: fc.integer({ min: 1, max: 24 }),
  servers: fc.integer({ min: 1, max: 5 }),
  channels: fc.integer({ min: 1, max: 8 }),
})

function expectSame(evaluator: Evaluator, network: RoundNetwork): void {
  const expected = evaluateRound(network, evaluator.assignment())
  expectClose(evaluator.cost, expected.cost)
  expectClose(evaluator.time, expected.time)
  expectClose(evaluator.energy, expected.energy)
  const { latency, energy } = network.weights
  for (let n = 0; n < network.clients; n++) {
    const joule = energy + (network.prices?.energy?.[n] ?? 0)
    const own =
      latency * expected.clientTime[n] + joule * expected.clientEnergy[n] - unservedPriceOf(network, n)
    expectClose(evaluator.clientCost(n), Number.isNaN(own) ? 0 : own)
  }
}

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected))
}

/** One random change, its candidate cost before, and the costs after; slots may be shared where `shared`. */
function randomChange(
  evaluator: Evaluator,
  network: RoundNetwork,
  random: () => number,
  shared: boolean,
): void {
  const pick = (n: number) => Math.floor(random() * n)
  const slots = network.servers * network.channels
  const client = pick(network.clients)
  const slot = pick(slots)
  const other = pick(network.clients)
  const free = shared || evaluator.isFree(slot)
  const placed = evaluator.slot(client) !== SITS_OUT
  const kind = pick(4)
  let candidate: number
  let subject = client
  if (kind === 0 && placed) {
    candidate = evaluator.costOfRemoving(client)
    evaluator.remove(client)
    subject = -1
  } else if (kind === 1 && other !== client) {
    candidate = evaluator.costOfSwapping(client, other)
    if (evaluator.slot(other) === SITS_OUT) subject = -1
    const own = subject < 0 ? 0 : evaluator.candidateClientCost(client)
    evaluator.swap(client, other)
    if (subject >= 0) expectClose(evaluator.clientCost(client), own)
    subject = -1
  } else if (free && placed) {
    candidate = evaluator.costOfMoving(client, slot)
  } else if (free) {
    candidate = evaluator.costOfPlacing(client, slot)
  } else return
  if (subject >= 0) {
    const own = evaluator.candidateClientCost(client)
    evaluator.move(client, slot)
    expectClose(evaluator.clientCost(client), own)
  }
  expectClose(candidate, evaluator.cost)
}

/** A candidate is passed over where it costs as much as a limit, never where it costs less. */
function expectLimitsToHold(evaluator: Evaluator, network: RoundNetwork, random: () => number): void {
  const pick = (n: number) => Math.floor(random() * n)
  const [client, other] = [pick(network.clients), pick(network.clients)]
  const slot = pick(network.servers * network.channels)
  const candidates = [
    (limit?: number) => evaluator.costOfMoving(client, slot, limit),
    ...(client === other ? [] : [(limit?: number) => evaluator.costOfSwapping(client, other, limit)]),
  ]
  for (const costOf of candidates) {
    const cost = costOf()
    expect(costOf(cost * (1 + 1e-9))).toBe(cost)
    expect(costOf(cost * (1 - 1e-9))).toBeGreaterThanOrEqual(cost)
  }
}

describe('the incremental evaluator agrees with the full evaluation', () => {
  test('over long random walks of placing, moving, swapping and removing', () => {
    const network = randomNetwork(7)
    const evaluator = new Evaluator(network)
    const random = new RandomStreams(1).stream('walk')
    for (let step = 0; step < 20_000; step++) {
      randomChange(evaluator, network, () => random.next(), false)
      if (step % 50 === 0) expectSame(evaluator, network)
    }
    expectSame(evaluator, network)
  })

  test('on networks of any size, with slots shared (C5 broken) or not', () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), ({ seed, ...size }, shared) => {
        const network = randomNetwork(seed, size)
        const evaluator = new Evaluator(network)
        const random = new RandomStreams(seed).stream('walk')
        for (let step = 0; step < 60; step++) {
          randomChange(evaluator, network, () => random.next(), shared)
          expectSame(evaluator, network)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('with prices of joules, of who is not served and of samples that nobody trains on', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        ({ seed, ...size }, shared, amplified, dear) => {
          const random = new RandomStreams(seed).stream('walk')
          const draw = (low: number, high: number) =>
            Float64Array.from({ length: size.clients }, () => random.uniform(low, high))
          const network: RoundNetwork = {
            ...randomNetwork(seed, size),
            ...(amplified && { amplifierEfficiency: draw(0.1, 1), circuitW: draw(0, 0.5) }),
            ...(dear && { weights: { latency: 1, energy: 0 } }),
            prices: {
              // Some joules cost nothing beside.
              energy: draw(-1, 4).map((price) => Math.max(0, price)),
              ...(shared ? { unserved: draw(0, 0.5) } : { sample: draw(0, 1e-3) }),
            },
          }
          const evaluator = new Evaluator(network)
          for (let step = 0; step < 60; step++) {
            randomChange(evaluator, network, () => random.next(), shared)
            expectSame(evaluator, network)
            expectLimitsToHold(evaluator, network, () => random.next())
          }
          expect(() => evaluator.candidateEnergy).toThrow(RangeError)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('with amplifiers and circuits, whichever directions have gains of their own', () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.boolean(), ({ seed, ...size }, reciprocal, shared) => {
        const random = new RandomStreams(seed).stream('walk')
        const draw = (low: number, high: number) =>
          Float64Array.from({ length: size.clients }, () => random.uniform(low, high))
        const drawn = randomNetwork(seed, size)
        const network = {
          ...drawn,
          ...(reciprocal && { downlinkGain: drawn.uplinkGain }),
          amplifierEfficiency: draw(0.1, 1),
          circuitW: draw(0, 0.5),
        }
        const evaluator = new Evaluator(network)
        for (let step = 0; step < 60; step++) {
          randomChange(evaluator, network, () => random.next(), shared)
          expectSame(evaluator, network)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('after a reset to any assignment', () => {
    fc.assert(
      fc.property(sizes, ({ seed, ...size }) => {
        const network = randomNetwork(seed, size)
        const random = new RandomStreams(seed).stream('assignment')
        const slots = size.servers * size.channels
        const evaluator = new Evaluator(network)
        for (let repeat = 0; repeat < 3; repeat++) {
          const assignment = Int32Array.from({ length: size.clients }, () => random.integer(slots + 1) - 1)
          evaluator.reset(assignment)
          expect(evaluator.assignment()).toEqual(assignment)
          expectSame(evaluator, network)
        }
      }),
    )
  })
})

test('what has no weight counts for nothing, even without end', () => {
  for (const weights of [
    { latency: 0.5, energy: 0 },
    { latency: 0, energy: 0.5 },
  ]) {
    const network = { ...randomNetwork(4, { clients: 3, servers: 2, channels: 3 }), weights }
    // Client 1 is not heard, and hears nothing, on channel 0 of server 1.
    const silent = (gains: Float64Array) => {
      const silenced = gains.slice()
      silenced[gainIndex(network, 1, 1, 0)] = 0
      return silenced
    }
    const direction = weights.energy === 0 ? 'uplinkGain' : 'downlinkGain'
    const dead = { ...network, [direction]: silent(network[direction]) }
    const held = Int32Array.of(1, slotOf(1, 0, 3), 5)
    const evaluator = new Evaluator(dead, held)
    const { cost } = evaluateRound(dead, held)
    expect(cost === Infinity).toBe(weights.energy === 0)
    if (cost === Infinity) expect(evaluator.cost).toBe(cost)
    else expectClose(evaluator.cost, cost)
    const moved = evaluateRound(dead, Int32Array.of(1, 2, 5)).cost
    expectClose(evaluator.costOfMoving(1, 2), moved)
    evaluator.reset(Int32Array.of(1, 2, 5))
    expect(Number.isNaN(evaluator.costOfMoving(1, slotOf(1, 0, 3)))).toBe(false)
  }
})
