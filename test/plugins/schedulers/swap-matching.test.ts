import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Assignment, evaluateRound, type RoundNetwork } from '../../../core/plugin/index.js'
import { costOf, decide, everyMove, everySwap, networkOf, roomySizes } from './support.js'

/** Gains below this are rounding: the search's sums and the reference's differ in their order. */
const ROUNDING = 1e-11

const starts = fc.constantFrom('random', 'max-sinr', 'hardest-first', 'decomposition')

describe('swap matching', () => {
  test('ends where no move to an empty slot and no exchange of two clients lowers the cost', async () => {
    await fc.assert(
      fc.asyncProperty(roomySizes, starts, async ({ seed, ...size }, start) => {
        const network = networkOf(seed, size)
        const assignment = await decide('swap-matching', { start }, network)
        const least = costOf(network, assignment) * (1 - ROUNDING)
        for (const other of everyMove(network, assignment))
          expect(costOf(network, other)).toBeGreaterThanOrEqual(least)
        for (const other of everySwap(network, assignment))
          expect(costOf(network, other)).toBeGreaterThanOrEqual(least)
      }),
      { numRuns: 40 },
    )
  })

  test('without empty slots keeps the slots of its start and ends where no exchange lowers the cost', async () => {
    await fc.assert(
      fc.asyncProperty(roomySizes, starts, async ({ seed, ...size }, start) => {
        const network = networkOf(seed, size)
        const before = await decide(start, {}, network)
        const assignment = await decide('swap-matching', { start, emptySlots: false }, network)
        const least = costOf(network, assignment) * (1 - ROUNDING)
        expect(assignment.toSorted()).toEqual(before.toSorted())
        for (const other of everySwap(network, assignment))
          expect(costOf(network, other)).toBeGreaterThanOrEqual(least)
      }),
      { numRuns: 40 },
    )
  })

  test('never costs more than its start', async () => {
    await fc.assert(
      fc.asyncProperty(roomySizes, starts, async ({ seed, ...size }, start) => {
        const network = networkOf(seed, size)
        const before = costOf(network, await decide(start, {}, network))
        const after = costOf(network, await decide('swap-matching', { start }, network))
        expect(after).toBeLessThanOrEqual(before * (1 + ROUNDING))
      }),
      { numRuns: 40 },
    )
  })

  test('takes the first change that lowers the cost, sweeping over the clients', async () => {
    await fc.assert(
      fc.asyncProperty(roomySizes, async ({ seed, ...size }) => {
        const network = networkOf(seed, size)
        const start = await decide('max-sinr', {}, network)
        expect(await decide('swap-matching', { start: 'max-sinr' }, network)).toEqual(
          plainSwapMatching(network, start),
        )
      }),
      { numRuns: 40 },
    )
  })

  test('among the selfish, takes the first change that helps one of those involved and harms none', async () => {
    await fc.assert(
      fc.asyncProperty(roomySizes, fc.integer({ min: 1, max: 3 }), async ({ seed, ...size }, sweeps) => {
        const network = networkOf(seed, size)
        const start = await decide('max-sinr', {}, network)
        const options = { start: 'max-sinr', acceptance: 'selfish', sweeps }
        expect(await decide('swap-matching', options, network)).toEqual(
          plainSwapMatching(network, start, sweeps, (before, after) =>
            helpsAndHarmsNone(network, before, after),
          ),
        )
      }),
      { numRuns: 40 },
    )
  })

  test('among the selfish, ends where no change helps one of those involved and harms none', async () => {
    await fc.assert(
      fc.asyncProperty(roomySizes, async ({ seed, ...size }) => {
        const network = networkOf(seed, size)
        const options = { acceptance: 'selfish', sweeps: 200 }
        const assignment = await decide('swap-matching', options, network)
        const more = await decide('swap-matching', { ...options, sweeps: 201 }, network)
        // Those that go in circles settle nowhere.
        fc.pre(assignment.every((slot, client) => slot === more[client]))
        for (const other of [...everyMove(network, assignment), ...everySwap(network, assignment)])
          expect(helpsAndHarmsNone(network, assignment, other)).toBe(false)
      }),
      { numRuns: 40 },
    )
  })
})

/** The algorithm as it is told, every candidate evaluated in full. */
function plainSwapMatching(
  network: RoundNetwork,
  start: Assignment,
  sweeps = Number.POSITIVE_INFINITY,
  accepts = (before: Assignment, after: Assignment) =>
    costOf(network, after) < costOf(network, before) * (1 - 1e-12),
): Assignment {
  let assignment = start
  let changed = true
  const offer = (other: Assignment) => {
    if (!accepts(assignment, other)) return
    assignment = other
    changed = true
  }
  for (let sweep = 0; changed && sweep < sweeps; sweep++) {
    changed = false
    for (let client = 0; client < network.clients; client++) {
      for (let slot = 0; slot < network.servers * network.channels; slot++)
        if (!assignment.includes(slot)) offer(assignment.with(client, slot))
      for (let other = client + 1; other < network.clients; other++)
        offer(assignment.with(client, assignment[other]).with(other, assignment[client]))
    }
  }
  return assignment
}

function helpsAndHarmsNone(network: RoundNetwork, before: Assignment, after: Assignment): boolean {
  const { latency, energy } = network.weights
  const costs = (assignment: Assignment) => {
    const { clientTime, clientEnergy } = evaluateRound(network, assignment)
    return clientTime.map((time, client) => latency * time + energy * clientEnergy[client])
  }
  const was = costs(before)
  const is = costs(after)
  const involved = [...before.keys()].filter((client) => before[client] !== after[client])
  const gains = involved.map((client) => 1 - is[client] / was[client])
  return Math.min(...gains) >= ROUNDING && Math.max(...gains) > ROUNDING
}
