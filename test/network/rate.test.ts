import { expect, test } from 'vitest'
import { RandomStreams } from '../../core/kernel/index.js'
import { log2OnePlus } from '../../core/plugin/index.js'

/** log2(1 + x), worked out with 400 bits and rounded. */
const references: readonly (readonly [number, number])[] = [
  [1e-300, 1.4426950408889634e-300],
  [1e-20, 1.4426950408889633e-20],
  [1e-16, 1.4426950408889634e-16],
  [1.1e-16, 1.5869645449778597e-16],
  [2.3e-10, 3.318198593663023e-10],
  [1e-5, 1.4426878274618485e-5],
  [0.0019, 0.0027385198069287842],
  [0.00390625, 0.005624549193878107],
  [0.0039, 0.005615567406909782],
  [0.1, 0.1375035237499349],
  [0.25, 0.32192809488736235],
  [0.4999999, 0.5849624045414836],
  [0.5, 0.5849625007211562],
  [0.99, 0.9927684307689242],
  [0.9999999999999999, 0.9999999999999999],
  [1, 1.0],
  [1.0000000000000002, 1.0000000000000002],
  [1.7, 1.4329594072761063],
  [2, 1.584962500721156],
  [3, 2.0],
  [7.99999, 3.169923398446932],
  [8, 3.169925001442312],
  [1000.5, 9.967946705812707],
  [123456.789, 16.913658333980997],
  [1000000000.0, 29.897352855428956],
  [4500000000000000.0, 51.99884642475275],
  [9100000000000000.0, 53.01478796862177],
  [1e22, 73.08241808752197],
  [1e100, 332.19280948873626],
  [1.07e301, 999.9979673577225],
  [1e305, 1013.1880689406455],
  [1.7e308, 1023.9193879716706],
]

test.each(references)('log2(1 + %d) to the last bits', (x, expected) => {
  expect(Math.abs(log2OnePlus(x) - expected)).toBeLessThanOrEqual(5e-16 * expected)
})

test('nothing, everything and no number stay what they are', () => {
  expect(log2OnePlus(0)).toBe(0)
  expect(log2OnePlus(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY)
  expect(log2OnePlus(Number.NaN)).toBeNaN()
})

test('agrees with the built-in logarithms over sixty decades', () => {
  const random = new RandomStreams(1).stream('x')
  for (let i = 0; i < 100_000; i++) {
    const x = 10 ** random.uniform(-30, 30)
    const expected = Math.log1p(x) * Math.LOG2E
    expect(Math.abs(log2OnePlus(x) / expected - 1)).toBeLessThan(1e-15)
  }
})

test('never falls as x grows across a breakpoint', () => {
  for (let i = 0; i < 128; i++) {
    const x = (i + 0.5) / 128
    expect(log2OnePlus(x * (1 + 1e-15))).toBeGreaterThanOrEqual(log2OnePlus(x * (1 - 1e-15)))
  }
})
