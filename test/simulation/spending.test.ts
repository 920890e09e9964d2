import { expect, test } from 'vitest'
import { Spending } from '../../core/simulation/spending.js'

test('who has quit and is charged for what was under way has quit once', () => {
  const told: (number | null)[] = []
  const budgets = { energyJoules: Float64Array.of(1, 1, 1), latencySeconds: Number.POSITIVE_INFINITY }
  const spending = new Spending(budgets, ({ client }) => told.push(client))
  spending.charge(0, 1)
  expect([spending.left, told]).toEqual([3, []])
  spending.charge(0, 0.5)
  spending.charge(0, 0.5)
  expect(spending.left).toBe(2)
  expect([...spending.remaining]).toEqual([0, 1, 1])
  expect(spending.energy[0]).toBe(2)
})
