import { existsSync } from 'node:fs'
import type { Static, TSchema } from 'typebox'
import { UserError } from '../errors.js'
import { readWholeFile } from './read-file.js'
import { violationOf } from './schema-violation.js'
import { BROKEN_SEAL, endOfText, hasSeal, OPEN_SEAL, sealParts } from './seal.js'
import { jsonText, writeWholeFile } from './write-file.js'

// A JSON object whose first field is the SHA-256 of the file (seal.ts).

const BEFORE_SEAL = '{\n  "sha256": "'

/** The text of an object as JSON, sealed; numbers that are not finite become null. */
export function sealedJson(value: object): string {
  const bytes = new TextEncoder().encode(jsonText({ sha256: OPEN_SEAL, ...value }))
  sealParts([bytes], BEFORE_SEAL.length)
  return new TextDecoder().decode(bytes)
}

/** Writes an object as sealed JSON, which is there in full or as it was before. */
export const writeSealedJson = (path: string, value: object): void =>
  writeWholeFile(path, [new TextEncoder().encode(sealedJson(value))])

/** Reads what `writeSealedJson` wrote; a `UserError` names a file that is missing, damaged or something else. */
export function readSealedJson<S extends TSchema>(path: string, schema: S): Static<S> {
  const bytes = readWholeFile(path)
  const at = endOfText(bytes, BEFORE_SEAL)
  if (at === undefined || !hasSeal(bytes, at)) throw damagedFile(path, BROKEN_SEAL)
  const { sha256: _, ...value } = JSON.parse(new TextDecoder().decode(bytes)) as { sha256: string }
  const violation = violationOf(schema, value)
  if (violation !== undefined) throw damagedFile(path, `the file is damaged: ${violation}`)
  return value as Static<S>
}

/** The same; undefined where there is no such file, or none that can be used. */
export function usableSealedJson<S extends TSchema>(path: string, schema: S): Static<S> | undefined {
  try {
    return existsSync(path) ? readSealedJson(path, schema) : undefined
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

const damagedFile = (file: string, message: string): UserError => new UserError({ message, place: { file } })
