import { readdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { getSystemErrorMap } from 'node:util'
import { UserError } from '../errors.js'
import { nearestName } from '../nearest.js'

/** Whether an error is the operating system's answer (disk full, permission denied, …), and not a bug of ours. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string' && 'syscall' in error

/** What the operating system said, with its code: `no space left on device (ENOSPC)`. */
export function systemReason(error: NodeJS.ErrnoException): string {
  const meaning = error.errno === undefined ? undefined : getSystemErrorMap().get(error.errno)?.[1]
  return meaning ? `${meaning} (${error.code})` : error.message
}

/** A `UserError` for an answer of the operating system about `path`; any other error comes back as it is. */
export function fileError(path: string, what: string, error: unknown): unknown {
  if (!isSystemError(error)) return error
  return new UserError(
    { message: `${what}: ${systemReason(error)}`, place: { file: path } },
    { cause: error },
  )
}

/** A `UserError` for a file that cannot be opened or read; any other error comes back as it is. */
export function unreadable(file: string, error: unknown): unknown {
  if (!isSystemError(error)) return error
  const place = { file }
  if (error.code === 'EISDIR')
    return new UserError({ message: 'is a directory; expected a file', place }, { cause: error })
  if (error.code !== 'ENOENT') return fileError(file, 'cannot be read', error)
  const suggestion = nearestFile(file)
  const message = 'there is no such file'
  return new UserError({ message, place, ...(suggestion !== undefined && { suggestion }) }, { cause: error })
}

/** The name in a file's directory that is nearest to its own, where one is near. */
export function nearestFile(file: string): string | undefined {
  try {
    return nearestName(basename(file), readdirSync(dirname(file)))
  } catch {
    return undefined
  }
}

/** Whether an error, or the one that caused it, says that there is no room left to write to. */
export function isFullDisk(error: unknown): boolean {
  const cause = error instanceof UserError ? error.cause : error
  return isSystemError(cause) && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')
}
