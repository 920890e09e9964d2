import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fromDecibels, power } from '../../core/kernel/power.js'
import { RandomStreams } from '../../core/kernel/random.js'
import { exactPower, placesApart } from './exact-power.js'

const random = new RandomStreams(20).stream('powers')
const between = (low: number, high: number) => low + (high - low) * random.next()

/** Draws of bases and exponents, each of another part of the plane. */
const regions: Readonly<Record<string, () => readonly [number, number]>> = {
  decibels: () => [10, between(-21, 9)],
  'everyday numbers': () => [between(0, 10), between(-4, 4)],
  cubes: () => [between(0, 1e9), 3],
  'far apart': () => [Math.exp(between(-700, 700)), between(-1, 1)],
  'bases next to 1': () => [1 + between(-1, 1) * 2 ** -21, between(-1, 1) * 2 ** 30],
  'exponents beyond 2³¹': () => [1 + between(-1, 1) * 2 ** -30, between(-1, 1) * 2 ** 37],
  'bases below the normal numbers': () => [between(0, 2 ** -1022), between(0, 0.9)],
  'whole exponents': () => [between(0.5, 2), Math.floor(between(-300, 300))],
}

describe('power', () => {
  test.each(Object.keys(regions))('is within a place of the exact value: %s', (region) => {
    let worst = 0
    for (let i = 0; i < 300; i++) {
      const [x, y] = regions[region]!()
      worst = Math.max(worst, placesApart(power(x, y), exactPower(x, y)))
    }
    expect(worst).toBeLessThan(1)
  })

  test('is exact where the result is a whole power of two', () => {
    for (let n = -1074; n < 1024; n++) expect(power(2, n)).toBe(2 ** n)
    for (let n = -268; n < 256; n++) expect(power(16, n)).toBe(2 ** (4 * n))
  })

  test('has the special values of the operator', () => {
    const values = [
      0,
      1,
      2,
      0.5,
      3,
      1e308,
      5e-324,
      2 ** 31,
      2 ** 32 + 1,
      1e20,
      1 - 2 ** -53,
      1 + 2 ** -52,
      Infinity,
    ]
    const all = [...values, ...values.map((value) => -value), Number.NaN]
    for (const x of all)
      for (const y of [0, 1, 2, 3, -1, -3, 0.5, 1e20, -1e20, 2 ** 53, Infinity, -Infinity, Number.NaN]) {
        const ours = power(x, y)
        // biome-ignore lint/style/useExponentiationOperator: it is what is compared
        const theirs = Math.pow(x, y)
        if (!Number.isFinite(theirs) || theirs === 0) expect([x, y, ours]).toEqual([x, y, theirs])
        else expect(Math.abs(ours / theirs - 1), `${x} ** ${y}`).toBeLessThan(1e-15)
      }
  })

  test('goes to zero and to infinity where the exact value rounds to them', () => {
    expect(power(2, 1024)).toBe(Infinity)
    expect(power(10, 308.2547)).toBeGreaterThan(1.797e308)
    expect(power(10, 308.2548)).toBe(Infinity)
    expect(power(2, -1075)).toBe(0)
    expect(power(2, -1074.9)).toBe(2 ** -1074)
    expect(power(-2, 1025)).toBe(-Infinity)
  })

  test('is the same on every machine, to the bit: that of V8 up to Node 22', () => {
    const drawn = new RandomStreams(7).stream('powers')
    const results = Float64Array.from({ length: 20_000 }, (_, i) => {
      const y = 16 * drawn.next() - 8
      return i % 2 === 0 ? power(10, y) : power(100 * drawn.next(), y)
    })
    expect(createHash('sha256').update(new Uint8Array(results.buffer)).digest('hex').slice(0, 16)).toBe(
      '084d4af2632aed32',
    )
    // The plain rounding of 10⁻⁴ is 0.0001; figures before Node 24 have this.
    expect(power(10, -4)).toBe(0.00009999999999999999)
  })
})

test('decibels are ratios', () => {
  expect(fromDecibels(0)).toBe(1)
  expect(fromDecibels(10)).toBe(10)
  expect(fromDecibels(-3)).toBeCloseTo(0.5011872336272722, 15)
})
