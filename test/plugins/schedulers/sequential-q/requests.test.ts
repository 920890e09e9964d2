import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateRound, findViolations, SITS_OUT } from '../../../../core/plugin/index.js'
import { AssociationPlan } from '../../../../plugins/schedulers/sequential-q/association-plan.js'
import { knownGains } from '../../../../plugins/schedulers/sequential-q/gains.js'
import { Requests } from '../../../../plugins/schedulers/sequential-q/requests.js'
import { networkOf, roomySizes } from '../support.js'
import { everyone, paperRound } from './rounds.js'

describe('the association plan', () => {
  const plannedLoss = (meanGain: Float64Array, servers: number, plan: ArrayLike<number>) =>
    Array.from(plan).reduce((sum, m, n) => sum - Math.log(meanGain[n * servers + m]), 0)

  /** Every way to put clients at servers of so many channels. */
  function* everyPlan(clients: number, servers: number, channels: number): Generator<number[]> {
    const count = servers ** clients
    for (let code = 0; code < count; code++) {
      const plan = Array.from({ length: clients }, (_, n) => Math.floor(code / servers ** n) % servers)
      if (plan.every((m) => plan.filter((other) => other === m).length <= channels)) yield plan
    }
  }

  test('is the one of least loss among all that no server is too small for', () => {
    const small = fc.record({
      seed: fc.nat(),
      servers: fc.integer({ min: 1, max: 3 }),
      channels: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(small, fc.double({ min: 0, max: 1, noNaN: true }), ({ seed, servers, channels }, share) => {
        const clients = 1 + Math.round(share * (Math.min(6, servers * channels) - 1))
        const { meanGain } = networkOf(seed, { clients, servers, channels })
        const plan = new AssociationPlan(clients, servers)
        plan.open(
          meanGain,
          Int32Array.from({ length: clients }, (_, n) => n),
          clients,
          new Int32Array(servers).fill(channels),
        )
        const best = Math.min(
          ...[...everyPlan(clients, servers, channels)].map((one) => plannedLoss(meanGain, servers, one)),
        )
        expect(plannedLoss(meanGain, servers, plan.server)).toBeCloseTo(best, 9)
      }),
      { numRuns: 60 },
    )
  })

  test('leaves out the last in order where clients outnumber slots', () => {
    const { meanGain } = networkOf(1, { clients: 7, servers: 2, channels: 2 })
    const plan = new AssociationPlan(7, 2)
    plan.open(meanGain, Int32Array.of(6, 5, 4, 3, 2, 1, 0), 7, Int32Array.of(2, 2))
    expect([...plan.expected]).toEqual([2, 2])
    expect(plan.server.filter((server) => server === -1)).toHaveLength(3)
  })
})

describe('requests', () => {
  test('come in order of best mean gain, weakest first, from those who are there', () => {
    const network = paperRound(1)
    const active = everyone(network)
    active[3] = 0
    const requests = new Requests(16, 4, 10)
    requests.open(knownGains(network, network, 'local'), { active }, 1)
    const best = (n: number) => Math.max(...network.meanGain.subarray(4 * n, 4 * n + 4))
    const order = [...requests.order.subarray(0, requests.count)]
    expect(order).not.toContain(3)
    expect(order.map(best)).toEqual(order.map(best).toSorted((a, b) => a - b))
    expect(requests.total).toBe(15 * 3)
  })

  test('leave every client a slot at the server that is planned for it, until it has requested', () => {
    fc.assert(
      fc.property(roomySizes, ({ seed, ...size }) => {
        const network = networkOf(seed, size)
        const requests = new Requests(size.clients, size.servers, size.channels)
        requests.open(knownGains(network, network, 'twin'), { active: everyone(network) }, 0)
        while (requests.made < requests.total) {
          requests.consider()
          expect(requests.candidates.count).toBeGreaterThan(0)
          requests.take(requests.made % requests.candidates.count)
          for (let m = 0; m < size.servers; m++)
            expect(size.channels - requests.board.serverClients[m]).toBeGreaterThanOrEqual(
              requests.plan.expected[m],
            )
        }
        expect(findViolations(requests.board.slot, network)).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('made again never make the round dearer, whatever is taken', () => {
    fc.assert(
      fc.property(roomySizes, fc.nat(), ({ seed, ...size }, choice) => {
        const network = networkOf(seed, size)
        const requests = new Requests(size.clients, size.servers, size.channels)
        requests.open(knownGains(network, network, 'local'), { active: everyone(network) }, 3)
        let cost = Number.POSITIVE_INFINITY
        while (requests.made < requests.total) {
          requests.consider()
          requests.take((choice + requests.made) % Math.max(1, requests.candidates.count))
          if (requests.first || requests.waiting !== -1) continue
          const now = evaluateRound(network, requests.board.slot).cost
          expect(now).toBeLessThanOrEqual(cost * (1 + 1e-9))
          cost = now
          expect(findViolations(requests.board.slot, network)).toEqual([])
          expect([...requests.board.slot]).not.toContain(SITS_OUT)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('are all undone by going back', () => {
    const network = paperRound(2)
    const requests = new Requests(16, 4, 10)
    requests.open(knownGains(network, network, 'local'), { active: everyone(network) }, 1)
    const play = (count: number) => {
      for (let i = 0; i < count; i++) {
        requests.consider()
        requests.take(i % requests.candidates.count)
      }
    }
    const state = () => {
      requests.consider()
      const { candidates, board, plan, client, made, projectedCost } = requests
      const seen = structuredClone({
        slots: candidates.slots,
        cost: candidates.cost,
        board: board.slot,
        expected: plan.expected,
        request: { client, made, projectedCost },
      })
      requests.goBack()
      return seen
    }
    // Among first requests, between pairs, and within one.
    for (const more of [5, 13, 3]) {
      play(more)
      requests.keep()
      const before = state()
      play(7)
      requests.goBack()
      expect(state()).toEqual(before)
    }
  })
})
