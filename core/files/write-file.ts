import { renameSync, rmSync } from 'node:fs'
import { type OpenFile, openOutputFile } from './output-file.js'
import { fileError } from './system-error.js'
import { unfinishedPath } from './unfinished.js'

/**
 * Writes the parts of a file one after another: it is there in full or as it was before, and on the disk when this
 * returns.
 *
 * A `UserError` says why it cannot be written.
 */
export function writeWholeFile(
  path: string,
  parts: readonly Uint8Array[],
  open: OpenFile = openOutputFile,
): void {
  const partial = unfinishedPath(path)
  try {
    const file = open(partial)
    try {
      let at = 0
      for (const part of parts) {
        file.write(part, at)
        at += part.length
      }
      file.sync()
    } finally {
      file.close()
    }
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw fileError(path, 'cannot be written', error)
  }
}
