import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { unreadable } from './system-error.js'

/** Bytes read at a time: larger files cannot be read at once. */
const PIECE = 1 << 24

/** What there is of a file from `start` to before `end`, or to its end; throws what the operating system answers. */
export function readBytes(path: string, start = 0, end = Number.POSITIVE_INFINITY): Uint8Array<ArrayBuffer> {
  const descriptor = openSync(path, 'r')
  try {
    const status = fstatSync(descriptor)
    // A pipe, say, tells only at its end how much there was; a directory is refused here.
    if (!status.isFile() || status.size === 0)
      return new Uint8Array(readFileSync(descriptor)).slice(start, end)
    const length = Math.max(0, Math.min(end, status.size) - start)
    const bytes = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const read = readSync(descriptor, bytes, done, Math.min(PIECE, length - done), start + done)
      // It became shorter meanwhile.
      if (read === 0) break
      done += read
    }
    return done < length ? bytes.slice(0, done) : bytes
  } finally {
    closeSync(descriptor)
  }
}

/** The bytes of a file; a `UserError` says why it cannot be read. */
export function readWholeFile(path: string): Uint8Array<ArrayBuffer> {
  try {
    return readBytes(path)
  } catch (error) {
    throw unreadable(path, error)
  }
}
