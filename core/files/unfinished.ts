import { randomBytes } from 'node:crypto'
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
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

/**
 * What `make` puts at the name that it is given is called `path` when it is whole: what is there is so in full, or as it
 * was before. Throws what `make` throws, and what the operating system answers.
 */
export function replaceFile(path: string, make: (unfinished: string) => void): void {
  const unfinished = unfinishedPath(path)
  try {
    make(unfinished)
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

/** The same of what takes its time. */
export async function replaceFileLater(
  path: string,
  make: (unfinished: string) => Promise<void>,
): Promise<void> {
  const unfinished = unfinishedPath(path)
  try {
    await make(unfinished)
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

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
