import { expect, test } from 'vitest'
import { sizeName } from '../../bench/networks.js'
import { exponentOf, growths, growthTable } from '../../bench/scale/growth.js'
import { ladders } from '../../bench/scale/ladders.js'

const power = (exponent: number, sizes: readonly number[]) =>
  sizes.map((size) => ({ size, value: 3 * size ** exponent }))

test('the exponent of a power law is that power, and what small sizes cost beside does not count', () => {
  expect(exponentOf(power(1.7, [10, 100, 1000]))).toBeCloseTo(1.7, 12)
  expect(exponentOf(power(0.5, [10, 40]))).toBeCloseTo(0.5, 12)
  const [, ...larger] = power(2, [1, 10, 100, 1000])
  expect(exponentOf([{ size: 1, value: 1e6 }, ...larger])).toBeCloseTo(2, 12)
  expect(exponentOf(power(1, [10]))).toBeNull()
})

test('what was measured is told ladder by ladder', () => {
  const results = ladders.slice(0, 2).flatMap((ladder) =>
    ladder.sizes.map((size) => ({
      name: `scale/${ladder.name}/decide/greedy/${sizeName(size)}`,
      value: ladder.sizeOf(size) ** 1.25,
    })),
  )
  const found = growths([...results, { name: 'kernel/hold/100', value: 1 }])
  expect(found.map(({ ladder, figure }) => [ladder.name, figure])).toEqual([
    ['network', 'decide/greedy'],
    ['strongest', 'decide/greedy'],
  ])
  for (const { exponent } of found) expect(exponent).toBeCloseTo(1.25, 9)
  expect(growthTable(found)).toMatch(/decide\/greedy +1\.25 +1\.25/)
})
