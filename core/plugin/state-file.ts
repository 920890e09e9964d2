import { dirname } from 'node:path'
import { UserError } from '../errors.js'
import { makeDirectories } from '../files/make-directory.js'
import { readWholeFile } from '../files/read-file.js'
import { readSafetensors, safetensorsParts } from '../files/safetensors.js'
import { writeWholeFile } from '../files/write-file.js'
import type { SavedArray, SavedState } from './saved-state.js'

/** What a file of a state says of itself, as text by key. */
export type StateOrigin = Readonly<Record<string, string>>

/** The metadata key of the plain values, JSON. */
const VALUES = 'cotwin.values'

/** Writes a state as one safetensors file, which is there in full or as it was before; a `UserError` where it cannot be. */
export function writeState(path: string, { arrays, values }: SavedState, origin: StateOrigin): void {
  const tensors = Object.entries(arrays).map(
    ([name, array]) => [name, { shape: [array.length], values: array }] as const,
  )
  makeDirectories(dirname(path))
  writeWholeFile(path, safetensorsParts(tensors, { ...origin, [VALUES]: JSON.stringify(values) }))
}

/** Reads what `writeState` wrote; a `UserError` names a file that is missing, damaged or something else. */
function readState(
  path: string,
  bytes: Uint8Array = readWholeFile(path),
): { readonly state: SavedState; readonly origin: StateOrigin } {
  try {
    const { tensors, sealed, metadata } = readSafetensors(bytes)
    const { [VALUES]: values, ...origin } = metadata
    if (!sealed || values === undefined) throw new Error('it was not written by cotwin')
    const arrays = [...tensors].map(([name, tensor]) => [name, tensor.values as SavedArray] as const)
    return { state: { arrays: Object.fromEntries(arrays), values: JSON.parse(values) }, origin }
  } catch (error) {
    throw problem(path, `is no state to go on from: ${(error as Error).message}`)
  }
}

/** Whether a file is there that `writeState` wrote, and not a byte of it is another since. */
export function isWholeState(path: string): boolean {
  try {
    return readState(path) !== undefined
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

/**
 * The policy that `cotwin train` wrote, for the plugin of that name; `bytes` if the file was read before.
 *
 * Throws a `UserError` where the file is missing, damaged, or the policy of another plugin. Whether it fits the network
 * is for the plugin to say (`policyMisfit`).
 */
export function readPolicy(path: string, plugin: string, bytes?: Uint8Array): SavedState {
  const { state, origin } = readState(path, bytes)
  if (origin.kind !== 'policy')
    throw problem(path, 'holds no policy; expected a file of weights that `cotwin train` wrote')
  if (origin.plugin !== plugin)
    throw problem(path, `holds a policy of ${origin.plugin}; expected one of ${plugin}`)
  return state
}

/** Refuses a policy that was trained for something else: what of it, what it is, and what is asked for. */
export function policyMisfit(
  what: string,
  found: string | number,
  expected: string | number,
  plugin: string,
): UserError {
  return new UserError(
    `the weights of ${plugin} were trained for ${what} ${found}; expected ${expected}: train others with \`cotwin train\``,
  )
}

const problem = (file: string, message: string): UserError => new UserError({ message, place: { file } })
