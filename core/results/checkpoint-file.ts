import { readBytes } from '../files/read-file.js'
import { readSafetensors, type SafetensorsFile, safetensorsParts } from '../files/safetensors.js'
import { BROKEN_SEAL } from '../files/seal.js'
import { isSystemError, systemReason } from '../files/system-error.js'
import type { OpenFile } from '../files/write-file.js'
import { writeWholeFile } from '../files/write-file.js'
import type { SavedArray, SavedState } from '../plugin/saved-state.js'

// A sealed safetensors file.

/** The tensor that holds what is no array, as JSON. */
const VALUES = 'values.json'
/** Before the name of each array: any may be called as the tensor above. */
const ARRAY = 'arrays/'
/** Why a run cannot be resumed from a file, in words for the user. */
export class UnusableCheckpoint extends Error {}

/** Why nothing can be resumed from a state that is whole but lacks something. */
export const notResumable = (lacking: string): string => `a run cannot be resumed from it: ${lacking}`

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
  writeWholeFile(path, safetensorsParts(tensors), open)
}

/** Reads what `writeCheckpoint` wrote; throws `UnusableCheckpoint` where a single bit of it is another. */
export function readCheckpoint(path: string): SavedState {
  const bytes = readWhole(path)
  const { tensors } = sealedTensors(bytes)
  const arrays = [...tensors]
    .filter(([name]) => name.startsWith(ARRAY))
    .map(([name, { values }]) => [name.slice(ARRAY.length), values as SavedArray])
  const text = new TextDecoder().decode(tensors.get(VALUES)?.values as Uint8Array)
  return { arrays: Object.fromEntries(arrays), values: parseSavedJson(text) as SavedState['values'] }
}

function sealedTensors(bytes: Uint8Array): SafetensorsFile {
  try {
    const file = readSafetensors(bytes)
    if (file.sealed) return file
  } catch {
    // Damaged where the seal is, or where its place follows from.
  }
  throw new UnusableCheckpoint(BROKEN_SEAL)
}

function readWhole(path: string): Uint8Array {
  try {
    return readBytes(path)
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new UnusableCheckpoint(`cannot be read: ${systemReason(error)}`)
  }
}

/** JSON that also keeps whole numbers beyond doubles (bigint), and NaN, infinities and -0. */
const savedJson = (value: unknown): string => JSON.stringify(value, written)

const parseSavedJson = (text: string): unknown => JSON.parse(text, read)

const BIGINT = '$bigint'
const NUMBER = '$number'

function written(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { [BIGINT]: String(value) }
  if (Object.is(value, -0)) return { [NUMBER]: '-0' }
  if (typeof value === 'number' && !Number.isFinite(value)) return { [NUMBER]: String(value) }
  return value
}

function read(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const [[kind, text] = [], ...others] = Object.entries(value)
  if (typeof text !== 'string' || others.length > 0) return value
  return kind === BIGINT ? BigInt(text) : kind === NUMBER ? Number(text) : value
}
