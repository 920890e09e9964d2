import { UserError } from '../../errors.js'
import { keysBelow, keysPage } from '../../scenario/schema/keys.js'
import type { KeysArguments } from '../options.js'
import { colorsOf, columnsOf, print, printJson } from '../streams.js'
import { keysText } from '../terminal/keys-text.js'

/** `cotwin keys`: returns the exit code. */
export function keysCommand(prefix: string | undefined, { json, markdown }: KeysArguments): number {
  if (markdown) {
    print(keysPage())
    return 0
  }
  const { keys, nearest } = keysBelow(prefix)
  if (keys.length === 0)
    throw new UserError({
      message: `a scenario has no key "${prefix}"`,
      ...(nearest !== undefined && { suggestion: nearest }),
    })
  if (json) printJson(keys)
  else print(keysText(keys, columnsOf(process.stdout), colorsOf(process.stdout)))
  return 0
}
