import { createReadStream } from 'node:fs'
import { nearestFile } from './system-error.js'

/** Larger files are not scenarios but, say, a trace given in place of one. */
const MAXIMUM_BYTES = 4 * 1024 * 1024

/** Why a file cannot be read as text, in words for the user. */
export class UnreadableFile extends Error {
  readonly suggestion: string | undefined

  constructor(message: string, suggestion?: string) {
    super(message)
    this.suggestion = suggestion
  }
}

/** The text of a small UTF-8 file; throws `UnreadableFile`. */
export async function readText(file: string): Promise<string> {
  let bytes: Buffer
  try {
    bytes = await readBytes(file)
  } catch (error) {
    throw readingFailed(file, error)
  }
  if (bytes.includes(0)) throw new UnreadableFile('this is a binary file; expected YAML text')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UnreadableFile('this file is not UTF-8 text')
  }
}

/** Stops at the limit, so that even an endless device is refused. */
async function readBytes(file: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of createReadStream(file)) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MAXIMUM_BYTES) {
      throw new UnreadableFile(`expected a scenario of at most ${MAXIMUM_BYTES} bytes, found more`)
    }
  }
  return Buffer.concat(chunks)
}

/** What stops a file from being read, with the nearest name in its directory. */
export function readingFailed(file: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return new UnreadableFile('there is no such file', nearestFile(file))
  if (code === 'EISDIR') return new UnreadableFile('this is a directory; expected a file')
  if (code === 'EACCES' || code === 'EPERM')
    return new UnreadableFile('there is no permission to read this file')
  if (code === 'ENOTDIR') return new UnreadableFile('a part of this path is no directory')
  if (code) return new UnreadableFile(`this file cannot be read (${code})`)
  return error as Error
}
