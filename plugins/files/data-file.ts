import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { getSystemErrorMap } from 'node:util'
import { nearestName, type Problem, UserError } from '../../core/plugin/index.js'

/** Problems listed before the rest are only counted. */
const LISTED = 10

/** Where in the file, counted from 1, and the nearest valid name. */
export interface Details {
  readonly line?: number | undefined
  readonly suggestion?: string | undefined
}

/** Collects what is wrong with a data file, so that all of it is told at once. */
export class FileProblems {
  readonly #file: string
  readonly #listed: Problem[] = []
  #more = 0

  constructor(file: string) {
    this.#file = file
  }

  add(message: string, details: Details = {}): void {
    if (this.#listed.length < LISTED) this.#listed.push(problem(this.#file, message, details))
    else this.#more++
  }

  /** Throws a `UserError` where anything was found. */
  throwIfAny(): void {
    if (this.#listed.length === 0) return
    const rest = this.#more > 0 ? [problem(this.#file, `and ${this.#more} more problems like these`)] : []
    throw new UserError([...this.#listed, ...rest])
  }
}

/** A `UserError` about a data file. */
export const fileError = (file: string, message: string, details: Details & ErrorOptions = {}): UserError =>
  new UserError(problem(file, message, details), details)

const problem = (file: string, message: string, { line, suggestion }: Details = {}): Problem => ({
  message,
  place: { file, ...(line !== undefined && { line }) },
  ...(suggestion !== undefined && { suggestion }),
})

/** The error for a file that the operating system would not open or read; any other error comes back as it is. */
export function unreadable(file: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return error
  const { code, errno } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') {
    const suggestion = nearestName(basename(file), namesBeside(file))
    return fileError(file, 'there is no such file', { suggestion, cause: error })
  }
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
