import { afterEach, expect, it, vi } from 'vitest'
import { runInterruptibly } from '../../core/cli/interruption.js'
import { UserError } from '../../core/errors.js'

afterEach(() => vi.restoreAllMocks())

const failing = (fail: () => never) =>
  runInterruptibly({ unit: 'round', quiet: true, hideProgress() {}, run: async () => fail() })

it('a Ctrl-C is what ended work that fails of it before the signal is heard here', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const exitCode = failing(() => {
    // The compiler has died of it, and its end is heard first.
    setImmediate(() => process.emit('SIGINT', 'SIGINT'))
    throw new UserError('the compiler has ended')
  })
  expect(await exitCode).toBe(130)
})

it('work that fails of itself fails', async () => {
  const failure = failing(() => {
    throw new UserError('no such plugin')
  })
  await expect(failure).rejects.toThrow('no such plugin')
})
