import { checkNpyLength, npyHeaderOf } from './npy-header.js'
import { anyNumbers, type NumberArray } from './npy-types.js'

/** An array of numbers that is read whole. */
export interface NumpyArray {
  readonly shape: readonly number[]
  /** Row-major. */
  readonly values: NumberArray
}

/** The array in the bytes of a `.npy` file; numbers of any usual type, little-endian, in C order. */
export function npyArrayOf(path: string, bytes: Buffer): NumpyArray {
  const { type, shape, start } = npyHeaderOf(path, bytes)
  const { bytesPerValue, values } = anyNumbers(path, type)
  checkNpyLength(path, shape, bytesPerValue, bytes.length - start)
  // A copy: values must start where their size divides the address.
  const end = bytes.byteOffset + bytes.length
  return { shape, values: values(bytes.buffer.slice(bytes.byteOffset + start, end) as ArrayBuffer) }
}
