import { dataFileError } from './data-file.js'

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

/** How numbers of a type stand in a file. */
export interface NpyType {
  readonly bytesPerValue: number
  readonly values: (bytes: ArrayBuffer) => NumberArray
}

const floats: Readonly<Record<string, NpyType>> = {
  '<f4': { bytesPerValue: 4, values: (bytes) => new Float32Array(bytes) },
  '<f8': { bytesPerValue: 8, values: (bytes) => new Float64Array(bytes) },
}

const numbers: Readonly<Record<string, NpyType>> = {
  // Truth values are no pixels, which bytes are taken for.
  '|b1': { bytesPerValue: 1, values: (bytes) => new Int8Array(bytes) },
  '|u1': { bytesPerValue: 1, values: (bytes) => new Uint8Array(bytes) },
  '|i1': { bytesPerValue: 1, values: (bytes) => new Int8Array(bytes) },
  '<u2': { bytesPerValue: 2, values: (bytes) => new Uint16Array(bytes) },
  '<i2': { bytesPerValue: 2, values: (bytes) => new Int16Array(bytes) },
  '<u4': { bytesPerValue: 4, values: (bytes) => new Uint32Array(bytes) },
  '<i4': { bytesPerValue: 4, values: (bytes) => new Int32Array(bytes) },
  '<u8': { bytesPerValue: 8, values: (bytes) => Float64Array.from(new BigUint64Array(bytes), Number) },
  '<i8': { bytesPerValue: 8, values: (bytes) => Float64Array.from(new BigInt64Array(bytes), Number) },
  ...floats,
}

/** Numbers of any usual type, little-endian. */
export function anyNumbers(path: string, type: string): NpyType {
  const known = numbers[type]
  if (known) return known
  throw dataFileError(
    path,
    `holds values of type ${type}; expected one of ${Object.keys(numbers).join(', ')}`,
  )
}

/** Little-endian float32 or float64; anything else is refused with what to write instead. */
export function floatingPoint(path: string, type: string): NpyType {
  const known = floats[type]
  if (known) return known
  const found = type.startsWith('>f') ? `big-endian numbers (${type})` : `numbers of type ${type}`
  const remedy = "np.save(file, array.astype('<f8'))"
  throw dataFileError(
    path,
    `holds ${found}; expected little-endian float32 (<f4) or float64 (<f8): ${remedy}`,
  )
}
