import { expect, test } from 'vitest'
import { builtIn } from '../support.js'
import { positionsOf } from './nodes.js'

test('four nodes take the four corners, the first two opposite ones', async () => {
  const corners = await builtIn('placement', 'corners')
  expect(positionsOf(corners, 4)).toEqual([
    { x: 0, y: 0 },
    { x: 600, y: 300 },
    { x: 600, y: 0 },
    { x: 0, y: 300 },
  ])
  expect(corners.capacity).toBe(4)
})
