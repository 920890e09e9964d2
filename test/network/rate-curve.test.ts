import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { leastSinrFor } from '../../core/network/rate-curve.js'
import {
  Evaluator,
  evaluateRound,
  log2OnePlus,
  SITS_OUT,
  spectralEfficiency,
} from '../../core/plugin/index.js'
import { curves, decibels, downlink, table } from './curves.js'
import { randomNetwork } from './instances.js'

test('a truncated curve is worth nothing below its least SINR and no more than its limit', () => {
  expect(spectralEfficiency(downlink, decibels(22))).toBeCloseTo(4.3904, 4)
  expect(spectralEfficiency({ ...downlink, attenuation: 0.4 }, decibels(15))).toBeCloseTo(2.0111, 4)
  expect(spectralEfficiency(downlink, 0.1)).toBeCloseTo(0.0825, 4)
  expect(spectralEfficiency(downlink, 0.0999)).toBe(0)
  expect(spectralEfficiency(downlink, Infinity)).toBe(4.4)
})

test('a table holds from each of its thresholds on', () => {
  expect(spectralEfficiency(table, decibels(22.7))).toBe(5.5547)
  expect(spectralEfficiency(table, decibels(60))).toBe(5.5547)
  expect(spectralEfficiency(table, decibels(22.69))).toBe(3.9023)
  expect(spectralEfficiency(table, decibels(-6.71))).toBe(0)
})

test('without a curve it is that of Shannon', () => {
  for (const sinr of [0, 1e-12, 0.3, 17, 1e9])
    expect(spectralEfficiency(undefined, sinr)).toBe(log2OnePlus(sinr))
})

test('the least SINR for an efficiency is where the curve comes to it, and there is none beyond what it gives', () => {
  for (const curve of [undefined, ...Object.values(curves)])
    for (const efficiency of [0.01, 0.1523, 0.4, 0.5, 1, 1.9, 4.4, 5.5547, 9]) {
      const sinr = leastSinrFor(curve, efficiency)
      if (sinr === Infinity) expect(spectralEfficiency(curve, 1e30)).toBeLessThan(efficiency)
      else {
        expect(spectralEfficiency(curve, sinr * (1 + 1e-12))).toBeGreaterThanOrEqual(efficiency)
        expect(spectralEfficiency(curve, sinr * (1 - 1e-9))).toBeLessThan(efficiency)
      }
    }
})

const sizes = fc.record({
  seed: fc.nat(),
  clients: fc.integer({ min: 1, max: 12 }),
  servers: fc.integer({ min: 1, max: 4 }),
  channels: fc.integer({ min: 1, max: 5 }),
})

/** Equal to rounding, or both without end. */
const expectEqualCost = (found: number, exact: number) => {
  if (exact === Infinity) expect(found).toBe(Infinity)
  else expect(Math.abs(found - exact)).toBeLessThanOrEqual(1e-12 * exact)
}

describe.each(Object.entries(curves))('with the curve "%s"', (_, rate) => {
  function situation({
    seed,
    ...size
  }: {
    seed: number
    clients: number
    servers: number
    channels: number
  }) {
    const random = new RandomStreams(seed).stream('situation')
    const slots = size.servers * size.channels
    const network = { ...randomNetwork(seed, size), rate }
    const assignment = Int32Array.from({ length: size.clients }, () => random.integer(slots + 1) - 1)
    return { network, assignment, slots }
  }

  test('the evaluator costs what the equations cost', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const { network, assignment, slots } = situation(size)
        const evaluator = new Evaluator(network, assignment)
        expectEqualCost(evaluator.cost, evaluateRound(network, assignment).cost)
        for (let client = 0; client < network.clients; client++)
          for (let slot = 0; slot < slots; slot++)
            expectEqualCost(
              evaluator.costOfMoving(client, slot),
              evaluateRound(network, assignment.with(client, slot)).cost,
            )
      }),
      { numRuns: 25 },
    )
  })

  test('searches with a limit find what those without one find', () => {
    const factors = fc.constantFrom(0.5, 0.9, 0.999, 1, 1.05, 3)
    fc.assert(
      fc.property(sizes, factors, (size, factor) => {
        const { network, assignment, slots } = situation(size)
        const evaluator = new Evaluator(network, assignment)
        const limit = evaluator.cost * factor
        // An endless limit is none.
        if (limit === Infinity) return
        for (let client = 0; client < network.clients; client++) {
          const moves: number[] = []
          for (let slot = 0; slot < slots; slot++)
            if (evaluator.isFree(slot) && evaluator.costOfMoving(client, slot) < limit) moves.push(slot)
          const foundMoves: number[] = []
          let slot = evaluator.nextMove(client, -1, limit)
          for (; slot !== SITS_OUT; slot = evaluator.nextMove(client, slot, limit)) foundMoves.push(slot)
          expect(foundMoves).toEqual(moves)
          if (assignment[client] === SITS_OUT) continue
          const swaps: number[] = []
          for (let other = 0; other < network.clients; other++)
            if (
              ![SITS_OUT, assignment[client]].includes(assignment[other]) &&
              evaluator.costOfSwapping(client, other) < limit
            )
              swaps.push(other)
          const foundSwaps: number[] = []
          let other = evaluator.nextSwap(client, -1, limit)
          for (; other !== SITS_OUT; other = evaluator.nextSwap(client, other, limit)) foundSwaps.push(other)
          expect(foundSwaps).toEqual(swaps)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('bounds pass candidates over', () => {
    const greedy = (seed: number) => {
      const { network, slots } = situation({ seed, clients: 12, servers: 4, channels: 5 })
      const evaluator = new Evaluator(network)
      evaluator.placeGreedily(Array.from({ length: 12 }, (_, client) => client))
      return { evaluator, slots }
    }
    // One whose links all carry something.
    let seed = 0
    while (greedy(seed).evaluator.cost === Infinity) seed++
    const { evaluator, slots } = greedy(seed)
    evaluator.reset(evaluator.assignment())
    for (let client = 0; client < 12; client++)
      for (let slot = 0; slot < slots; slot++) evaluator.costOfMoving(client, slot, evaluator.cost * 0.5)
    expect(evaluator.candidatesWorkedOut).toBeLessThan(12 * slots)
  })
})

test('networks with and without a curve take turns in one evaluator', () => {
  const network = randomNetwork(1)
  const assignment = Int32Array.from({ length: 16 }, (_, client) => client)
  const plain = evaluateRound(network, assignment).cost
  for (const rate of [table, undefined, downlink, undefined]) {
    const evaluator = new Evaluator({ ...network, rate }, assignment)
    expectEqualCost(evaluator.cost, evaluateRound({ ...network, rate }, assignment).cost)
    if (rate === undefined) expectEqualCost(evaluator.cost, plain)
  }
})
