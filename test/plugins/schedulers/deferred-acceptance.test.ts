import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RandomStreams } from '../../../core/kernel/index.js'
import { deferredAcceptance } from '../../../plugins/schedulers/shared/deferred-acceptance.js'

const markets = fc.record({
  seed: fc.nat(),
  clients: fc.integer({ min: 0, max: 12 }),
  seats: fc.integer({ min: 1, max: 5 }),
  quota: fc.integer({ min: 1, max: 4 }),
})

/** A market in which clients and seats rank each other at random. */
function marketOf({ seed, clients, seats }: { seed: number; clients: number; seats: number }) {
  const random = new RandomStreams(seed).stream('market')
  const draw = () => Float64Array.from({ length: clients * seats }, () => random.next())
  const [liked, ranked] = [draw(), draw()]
  return {
    numbers: Array.from({ length: clients }, (_, client) => client),
    likes: (client: number, seat: number) => liked[client * seats + seat],
    ranks: (client: number, seat: number) => ranked[client * seats + seat],
  }
}

describe('deferred acceptance', () => {
  test('leaves no client and seat that would both rather have each other', () => {
    fc.assert(
      fc.property(markets, (market) => {
        const { numbers, likes, ranks } = marketOf(market)
        const seatOf = deferredAcceptance(numbers, market.seats, () => market.quota, likes, ranks)
        for (const client of numbers)
          for (let seat = 0; seat < market.seats; seat++) {
            const own = seatOf.get(client) as number
            const wants = own < 0 || likes(client, seat) > likes(client, own)
            const held = numbers.filter((other) => seatOf.get(other) === seat)
            const wanted =
              held.length < market.quota || held.some((other) => ranks(other, seat) < ranks(client, seat))
            expect(wants && wanted).toBe(false)
          }
      }),
    )
  })

  test('seats as many as there is room for, none above the quota', () => {
    fc.assert(
      fc.property(markets, (market) => {
        const { numbers, likes, ranks } = marketOf(market)
        const seatOf = deferredAcceptance(numbers, market.seats, () => market.quota, likes, ranks)
        const held = Array.from(
          { length: market.seats },
          (_, seat) => numbers.filter((client) => seatOf.get(client) === seat).length,
        )
        expect(Math.max(...held)).toBeLessThanOrEqual(market.quota)
        expect(held.reduce((sum, count) => sum + count, 0)).toBe(
          Math.min(market.clients, market.seats * market.quota),
        )
      }),
    )
  })

  test('gives the clients the best of all stable matchings', () => {
    // Each client likes the seat that ranks it last; with no competition for its first choice each gets it.
    const likes = (client: number, seat: number) => (client === seat ? 1 : 0)
    const ranks = (client: number, seat: number) => (client === seat ? 0 : 1)
    const seatOf = deferredAcceptance([0, 1], 2, () => 1, likes, ranks)
    expect([...seatOf]).toEqual([
      [0, 0],
      [1, 1],
    ])
  })
})
