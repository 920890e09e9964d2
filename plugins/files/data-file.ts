import { statSync } from 'node:fs'
import { type Problem, readWholeFile, UserError, unreadable } from '../../core/plugin/index.js'

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
export const dataFileError = (
  file: string,
  message: string,
  details: Details & ErrorOptions = {},
): UserError => new UserError(problem(file, message, details), details)

const problem = (file: string, message: string, { line, suggestion }: Details = {}): Problem => ({
  message,
  place: { file, ...(line !== undefined && { line }) },
  ...(suggestion !== undefined && { suggestion }),
})

/** The bytes of a file that is read whole; a `UserError` where it cannot be, or is empty. */
export function readWhole(file: string): Buffer {
  requireFile(file)
  const bytes = readWholeFile(file)
  if (bytes.length > 0) return Buffer.from(bytes.buffer)
  throw dataFileError(file, 'is empty')
}

/** Refuses a pipe, which may never answer and gives what it holds but once, and a device, which may have no end. */
export function requireFile(file: string): void {
  const status = statusOf(file)
  if (!status.isFile() && !status.isDirectory())
    throw dataFileError(file, `is a ${status.isFIFO() ? 'pipe' : 'device'}; expected a file`)
}

function statusOf(file: string) {
  try {
    return statSync(file)
  } catch (error) {
    throw unreadable(file, error)
  }
}
