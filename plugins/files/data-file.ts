import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { getSystemErrorMap } from 'node:util'
import { type Problem, UserError } from '../../core/errors.js'
import { nearestName } from '../../core/nearest.js'

/** Problems listed before the rest are only counted. */
const LISTED = 10

/** Collects what is wrong with a data file, so that all of it is told at once. */
export class FileProblems {
  readonly #file: string
  readonly #listed: Problem[] = []
  #more = 0

  constructor(file: string) {
    this.#file = file
  }

  /** `line` counts from 1; `suggestion` is the nearest valid name. */
  add(message: string, { line, suggestion }: { line?: number; suggestion?: string | undefined } = {}): void {
    if (this.#listed.length === LISTED) {
      this.#more++
      return
    }
    const place = { file: this.#file, ...(line !== undefined && { line }) }
    this.#listed.push({ message, place, ...(suggestion !== undefined && { suggestion }) })
  }

  /** Throws a `UserError` where anything was found. */
  throwIfAny(): void {
    if (this.#listed.length === 0) return
    const more = { message: `and ${this.#more} more problems like these`, place: { file: this.#file } }
    throw new UserError(this.#more > 0 ? [...this.#listed, more] : this.#listed)
  }
}

/** A `UserError` about a data file. */
export const fileError = (file: string, message: string, options?: ErrorOptions): UserError =>
  new UserError({ message, place: { file } }, options)

/** The error for a file that the operating system would not open or read; any other error comes back as it is. */
export function unreadable(file: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return error
  if (error.code === 'ENOENT') {
    const suggestion = nearestName(basename(file), namesBeside(file))
    const message = 'there is no such file'
    return new UserError({ message, place: { file }, ...(suggestion && { suggestion }) }, { cause: error })
  }
  const { code, errno } = error as NodeJS.ErrnoException
  if (code === 'EISDIR') return fileError(file, 'is a directory; expected a file', { cause: error })
  const meaning = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]
  return fileError(file, `cannot be read: ${meaning ?? error.message} (${code})`, { cause: error })
}

function namesBeside(file: string): string[] {
  try {
    return readdirSync(dirname(file))
  } catch {
    return []
  }
}

/** The bytes of a file that is read whole; a `UserError` where it cannot be, or is empty. */
export function readWhole(file: string): Buffer {
  try {
    const bytes = readFileSync(file)
    if (bytes.length > 0) return bytes
  } catch (error) {
    throw unreadable(file, error)
  }
  throw fileError(file, 'is empty')
}
