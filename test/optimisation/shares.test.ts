import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  clientSeconds,
  integerShares,
  leastBand,
  leastShare,
  minimumTimeShares,
  transferSeconds,
} from '../../core/optimisation/index.js'
import { bandwidthHz, bits, cycles, mostClockHz, slotClients } from './instance.js'

const close = (found: number, expected: number, relative = 1e-9) =>
  expect(Math.abs(found / expected - 1), `${found} for ${expected}`).toBeLessThan(relative)

describe('minimum completion time on shares of a band (Yang et al. 2021)', () => {
  test('the common instance', () => {
    const { seconds, share } = minimumTimeShares(slotClients, 'band')
    // Independent: SLSQP on the same problem agrees to twelve digits.
    close(seconds, 25.730404483e-3)
    const bands = [124_962.736, 459_073.012, 264_746.1, 151_218.152]
    for (const [i, band] of bands.entries()) close(share[i] * bandwidthHz, band, 5e-9)
  })

  test('equal shares take longer', () => {
    const equal = Math.max(...slotClients.map((client) => clientSeconds(client, 0.25, 'band')))
    close(equal, 29.7248e-3, 2e-6)
  })

  test('everyone finishes at once, and no others finish sooner', () => {
    const client = fc.record({
      fixedSeconds: fc.double({ min: 0, max: 0.1, noNaN: true }),
      transfers: fc.array(
        fc.record({
          work: fc.double({ min: 1e-4, max: 1, noNaN: true }),
          sinr: fc.double({ min: 1e-2, max: 1e5, noNaN: true }),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    })
    fc.assert(
      fc.property(
        fc.array(client, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('band' as const, 'time' as const),
        fc.infiniteStream(fc.double({ min: 0.01, max: 1, noNaN: true })),
        (clients, divided, draws) => {
          const { seconds, share } = minimumTimeShares(clients, divided)
          expect(share.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(1 + 1e-12)
          for (const [i, each] of clients.entries())
            close(clientSeconds(each, share[i], divided), seconds, 1e-7)
          const weights = clients.map(() => draws.next().value as number)
          const total = weights.reduce((sum, each) => sum + each, 0)
          const other = Math.max(
            ...clients.map((each, i) => clientSeconds(each, weights[i] / total, divided)),
          )
          expect(other).toBeGreaterThanOrEqual(seconds * (1 - 1e-9))
        },
      ),
      { numRuns: 60 },
    )
  })
})

test('the least band takes the lower branch of W, and none is enough below Γ = 1', () => {
  const transfer = { work: 0.0281, sinr: 3 }
  for (const seconds of [0.0066, 0.007, 0.02, 1, 100]) {
    const share = leastBand(transfer, seconds)
    close(transferSeconds(transfer, share, 'band'), seconds, 1e-9)
  }
  expect(leastBand(transfer, (0.0281 * Math.LN2) / 3)).toBe(Infinity)
  expect(leastShare({ fixedSeconds: 1, transfers: [transfer] }, 1, 'band')).toBe(Infinity)
  expect(leastShare({ fixedSeconds: 1, transfers: [] }, 1, 'band')).toBe(0)
})

test('equal finish at given spectral efficiencies, by shares of time', () => {
  const clients = [8, 6, 4, 2].map((efficiency, i) => ({
    fixedSeconds: cycles[i] / mostClockHz,
    transfers: [{ work: bits / bandwidthHz, sinr: 2 ** efficiency - 1 }],
  }))
  const { seconds, share } = minimumTimeShares(clients, 'time')
  close(seconds, 40.90996889e-3)
  for (const [i, band] of [113_636.478, 223_976.102, 271_131.163, 391_256.257].entries())
    close(share[i] * bandwidthHz, band, 5e-9)
})

test('who has nothing to send gets nothing, and a client that never ends makes it endless', () => {
  const idle = { fixedSeconds: 5, transfers: [] }
  const { seconds, share } = minimumTimeShares([idle, slotClients[0]], 'band')
  expect([seconds, share[0], share[1]]).toEqual([5, 0, 1])
  const dead = { fixedSeconds: 0, transfers: [{ work: 1, sinr: 0 }] }
  expect(minimumTimeShares([dead, slotClients[0]], 'band')).toEqual({
    seconds: Infinity,
    share: Float64Array.of(0.5, 0.5),
  })
})

test('whole pieces go to the slowest, which no other split beats (Wu et al. 2023)', () => {
  const loads = [5, 3, 8]
  expect([...integerShares(loads, 8)]).toEqual([2, 2, 4])
  const longest = (pieces: ArrayLike<number>, of: readonly number[]) =>
    Math.max(...of.map((load, i) => load / pieces[i]))
  expect(longest(integerShares(loads, 8), loads)).toBe(2.5)
  const splits = function* (parts: number, pieces: number): Generator<number[]> {
    if (parts === 1) yield [pieces]
    else
      for (let first = 1; first <= pieces - parts + 1; first++)
        for (const rest of splits(parts - 1, pieces - first)) yield [first, ...rest]
  }
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
      fc.nat(5),
      (of, more) => {
        const pieces = of.length + more
        const least = Math.min(...[...splits(of.length, pieces)].map((split) => longest(split, of)))
        expect(longest(integerShares(of, pieces), of)).toBe(least)
      },
    ),
  )
  expect(() => integerShares([1, 2], 1)).toThrow('1 pieces for 2 loads')
})
