import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import {
  type Assignment,
  Evaluator,
  evaluateRound,
  type RoundNetwork,
  SITS_OUT,
} from '../../core/plugin/index.js'
import { randomNetwork } from './instances.js'

const sizes = fc.record({
  seed: fc.nat(),
  clients: fc.integer({ min: 1, max: 16 }),
  servers: fc.integer({ min: 1, max: 4 }),
  channels: fc.integer({ min: 1, max: 6 }),
})

/** A network, and an assignment in which slots may be shared and clients sit out; edge computing matters in some. */
function situation({ seed, ...size }: { seed: number; clients: number; servers: number; channels: number }) {
  const drawn = randomNetwork(seed, size)
  const random = new RandomStreams(seed).stream('situation')
  const load = { ...drawn.load, bodyFlops: drawn.load.bodyFlops * 10 ** random.uniform(-1, 4) }
  const network = { ...drawn, load }
  const slots = size.servers * size.channels
  const assignment = Int32Array.from({ length: size.clients }, () => random.integer(slots + 1) - 1)
  return { network, assignment, random, slots }
}

const withMove = (assignment: Assignment, client: number, slot: number) => assignment.with(client, slot)

const withSwap = (assignment: Assignment, first: number, second: number) =>
  assignment.with(first, assignment[second]).with(second, assignment[first])

const costOf = (network: RoundNetwork, assignment: Assignment) => evaluateRound(network, assignment).cost

describe('a limit', () => {
  /** Around the cost as it stands: some candidates lie below and some above, a few hard by. */
  const factors = fc.constantFrom(0.5, 0.9, 0.99, 1, 1.01, 1.2, 3)

  test('never turns down a candidate below it, and answers others with their cost or Infinity', () => {
    fc.assert(
      fc.property(sizes, factors, (size, factor) => {
        const { network, assignment, slots } = situation(size)
        const evaluator = new Evaluator(network, assignment)
        const limit = factor === Number.POSITIVE_INFINITY ? factor : evaluator.cost * factor
        const expectAnswer = (answer: number, exact: number) => {
          if (answer === Number.POSITIVE_INFINITY) expect(exact).toBeGreaterThanOrEqual(limit * (1 - 1e-9))
          else expect(Math.abs(answer - exact)).toBeLessThanOrEqual(1e-12 * exact)
        }
        for (let client = 0; client < network.clients; client++) {
          for (let slot = 0; slot < slots; slot++)
            expectAnswer(
              evaluator.costOfMoving(client, slot, limit),
              costOf(network, withMove(assignment, client, slot)),
            )
          for (let other = 0; other < network.clients; other++)
            if (other !== client)
              expectAnswer(
                evaluator.costOfSwapping(client, other, limit),
                costOf(network, withSwap(assignment, client, other)),
              )
        }
      }),
      { numRuns: 60 },
    )
  })

  test('just above its cost never turns a candidate down', () => {
    // Also where the cost is 0, of which no multiple is above it.
    const above = (cost: number) => cost * (1 + 1e-13) + Number.MIN_VALUE
    fc.assert(
      fc.property(sizes, (size) => {
        const { network, assignment, slots } = situation(size)
        const evaluator = new Evaluator(network, assignment)
        for (let client = 0; client < network.clients; client++) {
          for (let slot = 0; slot < slots; slot++) {
            const cost = evaluator.costOfMoving(client, slot)
            expect(evaluator.costOfMoving(client, slot, above(cost))).toBe(cost)
          }
          for (let other = 0; other < client; other++) {
            const cost = evaluator.costOfSwapping(client, other)
            expect(evaluator.costOfSwapping(client, other, above(cost))).toBe(cost)
          }
        }
      }),
      // A round that costs nothing, since all sit out.
      { examples: [[{ seed: 474_905_235, clients: 2, servers: 4, channels: 1 }]] },
    )
  })

  test('far below the cost turns most candidates down', () => {
    const { network, assignment, slots } = situation({ seed: 2, clients: 12, servers: 3, channels: 6 })
    const evaluator = new Evaluator(network, assignment)
    let turnedDown = 0
    for (let slot = 0; slot < slots; slot++)
      if (evaluator.costOfMoving(0, slot, evaluator.cost / 1000) === Number.POSITIVE_INFINITY) turnedDown++
    expect(turnedDown).toBeGreaterThan(slots / 2)
  })

  test('of 0 leaves no candidate to be worked out, and none at all leaves every one', () => {
    const { network, assignment, slots } = situation({ seed: 2, clients: 12, servers: 3, channels: 6 })
    const evaluator = new Evaluator(network, assignment)
    for (let slot = 0; slot < slots; slot++) evaluator.costOfMoving(0, slot, 0)
    expect(evaluator.candidatesWorkedOut).toBe(0)
    for (let slot = 0; slot < slots; slot++) evaluator.costOfMoving(0, slot)
    expect(evaluator.candidatesWorkedOut).toBe(slots)
    evaluator.reset(assignment)
    expect(evaluator.candidatesWorkedOut).toBe(0)
  })
})

describe('a search', () => {
  const factors = fc.constantFrom(0.8, 0.999, 1.05, Number.POSITIVE_INFINITY)

  test('for moves finds the free slots below the limit, in order', () => {
    fc.assert(
      fc.property(sizes, factors, (size, factor) => {
        const { network, assignment, slots } = situation(size)
        const evaluator = new Evaluator(network, assignment)
        const limit = factor === Number.POSITIVE_INFINITY ? factor : evaluator.cost * factor
        for (let client = 0; client < network.clients; client++) {
          const expected: number[] = []
          for (let slot = 0; slot < slots; slot++)
            if (evaluator.isFree(slot) && !(evaluator.costOfMoving(client, slot) >= limit))
              expected.push(slot)
          const found: number[] = []
          let slot = evaluator.nextMove(client, -1, limit)
          for (; slot !== SITS_OUT; slot = evaluator.nextMove(client, slot, limit)) {
            found.push(slot)
            expect(evaluator.candidateCost).toBe(evaluator.costOfMoving(client, slot))
          }
          expect(found).toEqual(expected)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('for swaps finds the clients in other slots below the limit, in order', () => {
    fc.assert(
      fc.property(sizes, factors, (size, factor) => {
        const { network, assignment } = situation(size)
        const evaluator = new Evaluator(network, assignment)
        const limit = factor === Number.POSITIVE_INFINITY ? factor : evaluator.cost * factor
        for (let client = 0; client < network.clients; client++) {
          if (assignment[client] === SITS_OUT) continue
          const expected: number[] = []
          for (let other = 0; other < network.clients; other++)
            if (
              ![SITS_OUT, assignment[client]].includes(assignment[other]) &&
              !(evaluator.costOfSwapping(client, other) >= limit)
            )
              expected.push(other)
          const found: number[] = []
          let other = evaluator.nextSwap(client, -1, limit)
          for (; other !== SITS_OUT; other = evaluator.nextSwap(client, other, limit)) found.push(other)
          expect(found).toEqual(expected)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('for placings overlooks nothing while others come, and when one leaves', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const { network, random, slots } = situation(size)
        const evaluator = new Evaluator(network)
        for (let step = 0; step < 30; step++) {
          const client = random.integer(network.clients)
          if (evaluator.slot(client) !== SITS_OUT) {
            if (random.next() < 0.3) evaluator.remove(client)
            continue
          }
          let cheapest = Number.POSITIVE_INFINITY
          for (let slot = 0; slot < slots; slot++)
            if (evaluator.isFree(slot)) cheapest = Math.min(cheapest, evaluator.costOfPlacing(client, slot))
          if (cheapest === Number.POSITIVE_INFINITY) continue
          expect(evaluator.nextMove(client, -1, cheapest)).toBe(SITS_OUT)
          const slot = evaluator.nextMove(client, -1, cheapest * (1 + 1e-9))
          expect(evaluator.candidateCost).toBe(cheapest)
          evaluator.place(client, slot)
        }
      }),
      { numRuns: 60 },
    )
  })
})

test('time and energy of the latest candidate are those of the full evaluation', () => {
  const { network, assignment } = situation({ seed: 3, clients: 10, servers: 3, channels: 5 })
  const evaluator = new Evaluator(network, assignment)
  evaluator.costOfMoving(2, 7)
  const { time, energy } = evaluateRound(network, withMove(assignment, 2, 7))
  expect(evaluator.candidateTime / time).toBeCloseTo(1, 12)
  expect(evaluator.candidateEnergy / energy).toBeCloseTo(1, 12)
})

test('any number of evaluators may take turns', () => {
  const situations = Array.from({ length: 7 }, (_, i) =>
    situation({ seed: i, clients: 3 + i, servers: 1 + (i % 3), channels: 2 + (i % 4) }),
  )
  const evaluators = situations.map(({ network, assignment }) => new Evaluator(network, assignment))
  const expected = situations.map(({ assignment }) => assignment.slice())
  const random = new RandomStreams(1).stream('turns')
  for (let turn = 0; turn < 500; turn++) {
    const which = random.integer(evaluators.length)
    const { network, slots } = situations[which]
    const client = random.integer(network.clients)
    const slot = random.integer(slots)
    const candidate = evaluators[which].costOfMoving(client, slot)
    if (random.next() < 0.5) {
      evaluators[which].move(client, slot)
      expected[which][client] = slot
      expect(evaluators[which].cost / candidate).toBeCloseTo(1, 12)
    }
    const cost = costOf(network, expected[which])
    expect(evaluators[which].assignment()).toEqual(expected[which])
    expect(Math.abs(evaluators[which].cost - cost)).toBeLessThanOrEqual(1e-12 * cost)
  }
})

test('a client, slot or server that there is not is refused', () => {
  const evaluator = new Evaluator(randomNetwork(1, { clients: 4, servers: 2, channels: 3 }))
  expect(() => evaluator.place(4, 0)).toThrow('there is no client 4')
  expect(() => evaluator.place(0, 6)).toThrow('there is no slot 6')
  expect(() => evaluator.move(0, -1)).toThrow('there is no slot -1')
  expect(() => evaluator.swap(0, Number.NaN)).toThrow('there is no client NaN')
  expect(() => evaluator.costOfMoving(-1, 0)).toThrow('there is no client -1')
  expect(() => evaluator.nextMove(0, 6, 1)).toThrow('there is no slot 6')
  expect(() => evaluator.serverClients(2)).toThrow('there is no server 2')
  expect(() => evaluator.reset(Int32Array.of(0, 1, 2, 9))).toThrow('there is no slot 9')
  expect(() => evaluator.reset(Int32Array.of(0, 1))).toThrow('there is no slot undefined')
})
