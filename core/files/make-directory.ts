import { mkdirSync, rmdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { UserError } from '../errors.js'
import { fileError, isSystemError } from './system-error.js'

/** Creates a directory and its parents where they are missing; returns those it created, outermost first. */
export function makeDirectories(path: string): string[] {
  const missing: string[] = []
  const created: string[] = []
  try {
    for (let at = path; isDirectory(at) !== true; at = dirname(at)) {
      if (isDirectory(at) === false)
        throw new UserError({ message: 'is not a directory', place: { file: at } })
      missing.unshift(at)
    }
    for (const directory of missing) {
      if (makeDirectory(directory)) created.push(directory)
    }
    return created
  } catch (error) {
    removeDirectories(created)
    throw fileError(path, 'cannot be created', error)
  }
}

/** Creates a directory; false where something of that name is there. */
export function makeDirectory(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') return false
    throw error
  }
}

/** Removes directories that were created, innermost first, unless something has been put into them since. */
export function removeDirectories(created: readonly string[]): void {
  for (const directory of created.toReversed()) {
    try {
      rmdirSync(directory)
    } catch {
      return
    }
  }
}

/** Whether what is there is a directory, links followed; undefined where there is nothing. */
function isDirectory(path: string): boolean | undefined {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw error
  }
}
