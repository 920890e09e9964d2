import { expect, test } from 'vitest'
import { builtIn } from '../support.js'
import { positionsOf } from './nodes.js'

test('nodes stand where the scenario says, as many as it says', async () => {
  const positions = [
    [1, 2],
    [30.5, 4],
  ]
  const fixed = await builtIn('placement', 'fixed', { positions })
  expect(positionsOf(fixed, 2)).toEqual([
    { x: 1, y: 2 },
    { x: 30.5, y: 4 },
  ])
  expect(fixed.capacity).toBe(2)
})
