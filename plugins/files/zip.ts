import { unzipSync } from 'fflate'
import { nearestName } from '../../core/plugin/index.js'
import { crc32 } from './crc32.js'
import { dataFileError, readWhole } from './data-file.js'
import { checksumsOf } from './zip-checksums.js'

/** Files of a zip archive by name; only those asked for are unpacked. A `UserError` names what is missing. */
export function readZip(path: string, names: readonly string[]): Buffer[] {
  const bytes = readWhole(path)
  const there: string[] = []
  const files = unpack(path, bytes, (name) => {
    there.push(name)
    return names.includes(name)
  })
  const checksums = checksumsOf(bytes)
  return names.map((name) => {
    const file = files[name]
    const sum = checksums.get(name)
    if (file && sum !== undefined && crc32(file) !== sum)
      throw dataFileError(path, `is damaged: ${name} does not have its checksum`)
    if (file) return Buffer.from(file.buffer, file.byteOffset, file.byteLength)
    const suggestion = nearestName(name, there)
    throw dataFileError(path, `holds no ${name}; there are ${there.join(', ') || 'no files in it'}`, {
      suggestion,
    })
  })
}

function unpack(path: string, bytes: Buffer, wanted: (name: string) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter: ({ name }) => wanted(name) })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw dataFileError(path, `is no zip archive, or is damaged: ${reason}`, { cause: error })
  }
}
