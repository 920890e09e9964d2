import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { SavedArray, SavedState } from '../plugin/saved-state.js'
import { readSafetensors, safetensorsParts } from '../safetensors.js'
import type { OpenFile } from './output-file.js'
import { parseSavedJson, savedJson } from './saved-json.js'
import { isSystemError, systemReason } from './system-error.js'
import { writeWholeFile } from './whole-file.js'

// A safetensors file whose first metadata is the SHA-256 of the file, worked out with zeros in its own place.

const DIGITS = 64
const FIRST = '{"__metadata__":{"sha256":"'
/** Where the digest stands: behind 8 bytes that tell the header's length. */
const AT = 8 + FIRST.length
/** The tensor that holds what is no array, as JSON. */
const VALUES = 'values.json'
/** Before the name of each array: a JavaScript object has names that are numbers first, before the metadata. */
const ARRAY = 'arrays/'
/** Bytes read at a time. */
const CHUNK = 1 << 24

/** Why a run cannot be resumed from a file, in words for the user. */
export class UnusableCheckpoint extends Error {}

/**
 * Writes a state to a file, which is there in full or as it was before, and on the disk when this returns.
 *
 * A `UserError` says why it cannot be written.
 */
export function writeCheckpoint(path: string, state: SavedState, open?: OpenFile): void {
  const values = new TextEncoder().encode(savedJson(state.values))
  const arrays = Object.entries(state.arrays).map(([name, array]) => [ARRAY + name, array] as const)
  const tensors = [...arrays, [VALUES, values] as const].map(
    ([name, array]) => [name, { shape: [array.length], values: array }] as const,
  )
  const parts = safetensorsParts(tensors, { sha256: '0'.repeat(DIGITS) })
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  new TextEncoder().encodeInto(hash.digest('hex'), parts[0].subarray(AT, AT + DIGITS))
  writeWholeFile(path, parts, open)
}

/** Reads what `writeCheckpoint` wrote; throws `UnusableCheckpoint` where a single bit of it is another. */
export function readCheckpoint(path: string): SavedState {
  const bytes = readWhole(path)
  const place = bytes.subarray(AT, AT + DIGITS)
  const digest = new TextDecoder().decode(place)
  place.fill(0x30)
  if (createHash('sha256').update(bytes).digest('hex') !== digest)
    throw new UnusableCheckpoint('the file is damaged: its contents do not have the SHA-256 that it states')
  const { tensors } = readSafetensors(bytes)
  const arrays = [...tensors]
    .filter(([name]) => name.startsWith(ARRAY))
    .map(([name, { values }]) => [name.slice(ARRAY.length), values as SavedArray])
  const text = new TextDecoder().decode(tensors.get(VALUES)?.values as Uint8Array)
  return { arrays: Object.fromEntries(arrays), values: parseSavedJson(text) as SavedState['values'] }
}

/** In parts, for larger files cannot be read at once. */
function readWhole(path: string): Uint8Array {
  try {
    const descriptor = openSync(path, 'r')
    try {
      const bytes = new Uint8Array(fstatSync(descriptor).size)
      for (let at = 0; at < bytes.length; ) {
        const read = readSync(descriptor, bytes, at, Math.min(CHUNK, bytes.length - at), at)
        if (read === 0) throw new UnusableCheckpoint('the file became shorter as it was read')
        at += read
      }
      return bytes
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new UnusableCheckpoint(`cannot be read: ${systemReason(error)}`)
  }
}
