import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Cell } from '../../core/suite/execution/cells.js'
import { balanced, shardOf } from '../../core/suite/execution/shares.js'

const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0)

/** The slowest share over what none can be quicker than. */
function overBound(shares: readonly (readonly number[])[], count: number): number {
  const all = shares.flat()
  return Math.max(...shares.map(sum)) / Math.max(sum(all) / count, ...all)
}

/**
 * Seconds of 8 schedulers in three sizes, made up after what such suites are like: one that proves takes most of the
 * time, and its cells differ by seed.
 */
const seconds: Readonly<Record<string, readonly (readonly number[])[]>> = {
  optimal: [
    [2.1, 1.4, 3.2],
    [38, 21, 64],
    [191, 88, 43],
  ],
  'local-search': [
    [0.9, 0.9, 1],
    [1.8, 1.9, 1.8],
    [4, 3.9, 4.2],
  ],
  'swap-matching': [
    [0.4, 0.4, 0.4],
    [0.6, 0.7, 0.6],
    [1.1, 1.2, 1.1],
  ],
  greedy: [
    [0.2, 0.2, 0.2],
    [0.3, 0.3, 0.3],
    [0.5, 0.5, 0.5],
  ],
  decomposition: [
    [0.2, 0.2, 0.2],
    [0.3, 0.3, 0.3],
    [0.4, 0.4, 0.4],
  ],
  'hardest-first': [
    [0.1, 0.1, 0.1],
    [0.2, 0.2, 0.2],
    [0.2, 0.2, 0.2],
  ],
  'max-sinr': [
    [0.1, 0.1, 0.1],
    [0.1, 0.1, 0.1],
    [0.2, 0.2, 0.2],
  ],
  random: [
    [0.1, 0.1, 0.1],
    [0.1, 0.1, 0.1],
    [0.1, 0.1, 0.1],
  ],
}

/** In the order of a suite: seed, setting, scheduler. */
const cells = [0, 1, 2].flatMap((seed) =>
  [8, 12, 16].flatMap((clients, setting) =>
    Object.keys(seconds).map((scheduler) => ({ seed, setting, scheduler, rounds: 100, clients })),
  ),
) as unknown as readonly Cell[]
const secondsOf = ({ scheduler, setting, seed }: Cell) => seconds[scheduler][setting][seed]

describe('tasks', () => {
  test.each([3, 4, 8, 20])('take as long as each other, the longest first: %i of them', (count) => {
    const shares = balanced(
      cells.map((item) => ({ item, seconds: secondsOf(item) })),
      count,
    ).map((share) => share.map((each) => each.seconds))
    expect(overBound(shares, count)).toBeLessThan(1.1)
    expect(shares.flat().sort()).toEqual(cells.map(secondsOf).sort())
  })

  test('exceed the mean by less than one cell, whatever cells take', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 12 }),
        (all, count) => {
          const shares = balanced(
            all.map((each) => ({ item: each, seconds: each })),
            count,
          ).map((share) => share.map((each) => each.item))
          const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b)
          expect(ascending(shares.flat())).toEqual(ascending(all))
          expect(shares.every(({ length }) => length > 0)).toBe(true)
          const most = sum(all) / count + (1 - 1 / count) * Math.max(...all)
          expect(Math.max(...shares.map(sum))).toBeLessThanOrEqual(most * (1 + 1e-9))
        },
      ),
    )
  })
})

describe('shards', () => {
  test.each([3, 4, 8])(
    'have no much more to do than others, without knowing who is slow: %i of them',
    (count) => {
      const shards = Array.from({ length: count }, (_, i) => shardOf(cells, i + 1, count))
      expect(new Set(shards.flat()).size).toBe(cells.length)
      const everyNth = shards.map((_, i) => cells.filter((__, at) => at % count === i).map(secondsOf))
      const now = overBound(
        shards.map((shard) => shard.map(secondsOf)),
        count,
      )
      expect(now).toBeLessThan(overBound(everyNth, count))
      expect(now).toBeLessThan(count === 8 ? 1.9 : 1.7)
    },
  )
})
