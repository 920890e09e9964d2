import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const NAME = /^\.unfinished-[0-9a-f]{16}(\.|$)/

/**
 * A name beside `path` for what is to be called so when it is whole.
 *
 * No other process picks the same, on this machine or another: numbers of processes come again, and in containers all
 * are 1.
 */
export const unfinishedPath = (path: string): string =>
  join(dirname(path), `.unfinished-${randomBytes(8).toString('hex')}`)

/** Whether a name is one that `unfinishedPath` gives. */
export const isUnfinished = (name: string): boolean => NAME.test(name)

/** Removes what processes have left in a directory that ended in the middle of writing, so many ms ago at least. */
export function removeUnfinished(directory: string, ageMs = 0): void {
  for (const name of readdirSync(directory)) {
    if (!isUnfinished(name)) continue
    const path = join(directory, name)
    try {
      const age = ageMs > 0 ? performance.timeOrigin + performance.now() - statSync(path).mtimeMs : 0
      if (age >= ageMs) rmSync(path, { recursive: true, force: true })
    } catch {
      // Its process is there after all, and has given it its name.
    }
  }
}
