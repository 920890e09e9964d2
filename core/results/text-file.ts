import { renameSync, rmSync } from 'node:fs'
import { openOutputFile } from './output-file.js'
import { fileError } from './system-error.js'

/** Writes a whole file, which is there in full or as it was before; a `UserError` where it cannot be written. */
export function writeTextFile(path: string, text: string): void {
  const partial = `${path}.partial`
  try {
    const file = openOutputFile(partial)
    try {
      file.write(new TextEncoder().encode(text), 0)
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

/** JSON for people and machines; numbers that are not finite, which JSON cannot say, become null. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
