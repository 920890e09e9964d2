import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** Bytes read at a time: larger files cannot be read at once. */
const PIECE = 1 << 24

/** What there is of a file from `start` to before `end`, or to its end; throws what the operating system answers. */
export function readBytes(path: string, start = 0, end = Number.POSITIVE_INFINITY): Uint8Array<ArrayBuffer> {
  const descriptor = openSync(path, 'r')
  try {
    const length = Math.max(0, Math.min(end, fstatSync(descriptor).size) - start)
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
