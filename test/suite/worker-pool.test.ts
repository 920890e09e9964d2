import { afterEach, expect, test, vi } from 'vitest'
import { endPool } from '../../core/suite/execution/worker-pool.js'

afterEach(() => {
  vi.useRealTimers()
})

test('threads that end are waited for, and one that does not is left behind', async () => {
  vi.useFakeTimers()
  const ended: string[] = []
  const soon = new Promise<void>((resolve) => setTimeout(resolve, 3000))
  const ends = endPool({ destroy: () => soon }).then(() => ended.push('one that ends'))
  const stays = endPool({ destroy: () => new Promise<void>(() => {}) }).then(() =>
    ended.push('one that stays'),
  )
  await vi.advanceTimersByTimeAsync(2999)
  expect(ended).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(ended).toEqual(['one that ends'])
  await vi.advanceTimersByTimeAsync(7000)
  await Promise.all([ends, stays])
  expect(ended).toEqual(['one that ends', 'one that stays'])
})
