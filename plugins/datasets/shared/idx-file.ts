import { dataFileError } from '../../files/data-file.js'
import { readUnpacked } from '../../files/gzip.js'
import type { SampleFile } from './shapes.js'

/** The type code of unsigned bytes, the third byte of an IDX file. */
const UNSIGNED_BYTE = 0x08

/** The bytes of an IDX file and how they are laid out. */
export interface IdxFile extends SampleFile {
  readonly values: Uint8Array
}

/**
 * Reads an IDX file of unsigned bytes: two zeros, type, number of dimensions, their lengths (big-endian), values.
 *
 * Images have two dimensions or more beside their count, labels none; a `UserError` says what else was found.
 */
export function readIdx(path: string, what: 'images' | 'labels'): IdxFile {
  const bytes = readUnpacked(path)
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0)
    throw dataFileError(
      path,
      `is no IDX file: expected it to start with two zero bytes, found ${start(bytes)}`,
    )
  if (bytes[2] !== UNSIGNED_BYTE)
    throw dataFileError(path, `holds values of IDX type 0x${hex(bytes[2])}; expected unsigned bytes, 0x08`)
  const dimensions = bytes[3]
  if (what === 'labels' ? dimensions !== 1 : dimensions < 3) {
    const expected = what === 'labels' ? '1, as of labels' : '3, as of images'
    throw dataFileError(
      path,
      `has ${dimensions} dimension${dimensions === 1 ? '' : 's'}; expected ${expected}`,
    )
  }
  const header = 4 + 4 * dimensions
  if (bytes.length < header) throw dataFileError(path, 'is cut off within its header')
  const lengths = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i))
  const expected = lengths.reduce((product, length) => product * length, 1)
  const found = bytes.length - header
  if (found !== expected) {
    const wrong = found < expected ? 'is cut off' : 'goes on after its end'
    throw dataFileError(path, `${wrong}: ${lengths.join('×')} values take ${expected} bytes, found ${found}`)
  }
  const [count, ...shape] = lengths
  return {
    file: path,
    count,
    shape,
    values: new Uint8Array(bytes.buffer, bytes.byteOffset + header, expected),
  }
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

const start = (bytes: Buffer): string => [...bytes.subarray(0, 4)].map((byte) => `0x${hex(byte)}`).join(' ')
