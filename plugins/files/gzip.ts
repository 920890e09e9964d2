import { gunzipSync } from 'node:zlib'
import { dataFileError, readWhole } from './data-file.js'

/** The bytes of a file, unpacked where gzip packed it. */
export function readUnpacked(path: string): Buffer {
  const bytes = readWhole(path)
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw dataFileError(path, `is damaged or cut off: gzip says ${reason}`, { cause: error })
  }
}
