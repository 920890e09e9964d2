import { fileError } from './data-file.js'
import { checkNpyLength, npyHeaderOf } from './npy-header.js'

/** Numbers of an array, as narrow as they were written. */
export type NumberArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array

/** An array of numbers that is read whole. */
export interface NumpyArray {
  readonly shape: readonly number[]
  /** Row-major. */
  readonly values: NumberArray
}

type Reader = (bytes: ArrayBuffer) => NumberArray

const readers: Readonly<Record<string, readonly [bytesPerValue: number, Reader]>> = {
  '|b1': [1, (bytes) => new Uint8Array(bytes)],
  '|u1': [1, (bytes) => new Uint8Array(bytes)],
  '|i1': [1, (bytes) => new Int8Array(bytes)],
  '<u2': [2, (bytes) => new Uint16Array(bytes)],
  '<i2': [2, (bytes) => new Int16Array(bytes)],
  '<u4': [4, (bytes) => new Uint32Array(bytes)],
  '<i4': [4, (bytes) => new Int32Array(bytes)],
  '<u8': [8, (bytes) => Float64Array.from(new BigUint64Array(bytes), Number)],
  '<i8': [8, (bytes) => Float64Array.from(new BigInt64Array(bytes), Number)],
  '<f4': [4, (bytes) => new Float32Array(bytes)],
  '<f8': [8, (bytes) => new Float64Array(bytes)],
}

/** The array in the bytes of a `.npy` file; numbers of any usual type, little-endian, in C order. */
export function npyArrayOf(path: string, bytes: Buffer): NumpyArray {
  const { type, shape, start } = npyHeaderOf(path, bytes)
  const reader = readers[type]
  if (!reader) {
    const known = Object.keys(readers).join(', ')
    throw fileError(path, `holds values of type ${type}; expected one of ${known}`)
  }
  const [bytesPerValue, read] = reader
  checkNpyLength(path, shape, bytesPerValue, bytes.length - start)
  // A copy: values must start where their size divides the address.
  const end = bytes.byteOffset + bytes.length
  return { shape, values: read(bytes.buffer.slice(bytes.byteOffset + start, end) as ArrayBuffer) }
}
