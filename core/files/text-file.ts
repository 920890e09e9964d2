import { writeWholeFile } from './write-file.js'

/** Writes a text, which is there in full or as it was before; a `UserError` where it cannot be written. */
export const writeTextFile = (path: string, text: string): void =>
  writeWholeFile(path, [new TextEncoder().encode(text)])

/** JSON for people and machines; numbers that are not finite, which JSON cannot say, become null. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
