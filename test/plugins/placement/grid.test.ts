import { expect, test } from 'vitest'
import { builtIn } from '../support.js'
import { positionsOf } from './nodes.js'

const square = { widthM: 600, heightM: 600 }

test('nine nodes on a square stand at the centres of 3 × 3 cells, row by row', async () => {
  const positions = positionsOf(await builtIn('placement', 'grid'), 9, square)
  expect(positions.map(({ x, y }) => [x, y])).toEqual(
    [100, 300, 500].flatMap((y) => [100, 300, 500].map((x) => [x, y])),
  )
})

test('cells are as square as the count allows: eight nodes on twice as wide an area are 4 × 2', async () => {
  const positions = positionsOf(await builtIn('placement', 'grid'), 8)
  expect(positions.map(({ x, y }) => [x, y])).toEqual(
    [75, 225].flatMap((y) => [75, 225, 375, 525].map((x) => [x, y])),
  )
})

test('the number of columns can be chosen', async () => {
  const positions = positionsOf(await builtIn('placement', 'grid', { columns: 1 }), 3, square)
  expect(positions).toEqual([100, 300, 500].map((y) => ({ x: 300, y })))
})

test('whatever the count, all stand inside and nobody on another', async () => {
  const grid = await builtIn('placement', 'grid')
  for (let count = 1; count <= 40; count++) {
    const positions = positionsOf(grid, count)
    expect(new Set(positions.map(({ x, y }) => `${x},${y}`)).size).toBe(count)
    for (const { x, y } of positions) expect(x > 0 && x < 600 && y > 0 && y < 300).toBe(true)
  }
})
