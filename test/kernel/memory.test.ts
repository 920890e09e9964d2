import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/** Runs a benchmark program in a process of its own, whose heap holds nothing else, and returns what it prints. */
function measure(program: string, ...args: (number | string)[]): Record<string, number> {
  const path = fileURLToPath(new URL(`../../bench/kernel/${program}`, import.meta.url))
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', path, ...args.map(String)], {
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

describe('memory', () => {
  test.each([100, 100_000])('is not allocated for events: 1e7 of them with %i pending', (pending) => {
    const { bytesPerEvent, collections } = measure('allocation.ts', pending, 10_000_000)
    expect(collections).toBe(0)
    // The smallest object takes 16 bytes. What is left is what the compiler keeps when it optimises again, as it may
    // on a busy machine: a few megabytes in all, whatever the number of events.
    expect(bytesPerEvent).toBeLessThan(1)
  })

  test('is not allocated for timeouts of processes: 5e6 of them', () => {
    const { bytesPerEvent, collections } = measure('allocation.ts', 1000, 5_000_000, 'processes')
    expect(collections).toBe(0)
    expect(bytesPerEvent).toBeLessThan(1)
  })

  test('for 1e7 pending events stays under a gibibyte, the whole process', () => {
    const { mebibytes } = measure('memory.ts', 10_000_000)
    expect(mebibytes).toBeLessThan(1024)
  })
})
