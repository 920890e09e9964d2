import { dataFileError } from './data-file.js'

/** Longest header read; real ones take 118 bytes. */
export const MAXIMUM_HEADER = 65_536

/** What a `.npy` file says of its array. */
export interface NpyHeader {
  /** As NumPy writes it, e.g. `<f8`; `structured` for records. */
  readonly type: string
  readonly shape: readonly number[]
  /** Bytes before the first value. */
  readonly start: number
}

/** The header at the start of a `.npy` file (format versions 1 to 3); a `UserError` where there is none. */
export function npyHeaderOf(path: string, bytes: Buffer): NpyHeader {
  const isNpy = bytes.length >= 12 && bytes[0] === 0x93 && bytes.toString('latin1', 1, 6) === 'NUMPY'
  if (!isNpy) throw dataFileError(path, 'is no .npy file: it does not start with \\x93NUMPY')
  const version = bytes[6]
  if (version < 1 || version > 3) {
    throw dataFileError(path, `is of .npy version ${version}.${bytes[7]}; expected version 1, 2 or 3`)
  }
  const textStart = version === 1 ? 10 : 12
  const start = textStart + (version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8))
  if (start > bytes.length) throw dataFileError(path, 'is cut off within its header')
  return { ...parse(path, bytes.toString('utf8', textStart, start)), start }
}

/** The header is a Python literal: `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`. */
function parse(path: string, text: string): Omit<NpyHeader, 'start'> {
  const type = /'descr'\s*:\s*(?:'([^']*)'|\[)/.exec(text)
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)
  const shape = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text)
  if (!type || !order || !shape) {
    const header = JSON.stringify(text.trim().slice(0, 100))
    throw dataFileError(path, `has a header without descr, fortran_order and shape: ${header}`)
  }
  const lengths = shape[1].split(',').filter((length) => length.trim() !== '')
  if (order[1] === 'True' && lengths.length > 1) {
    throw dataFileError(
      path,
      'is in Fortran order; expected C order: np.save(file, np.ascontiguousarray(array))',
    )
  }
  return { type: type[1] ?? 'structured', shape: lengths.map((length) => Number.parseInt(length, 10)) }
}

/** Throws a `UserError` unless so many bytes of values are what the shape takes. */
export function checkNpyLength(
  path: string,
  shape: readonly number[],
  bytesPerValue: number,
  found: number,
): void {
  const values = shape.reduce((product, length) => product * length, 1)
  const expected = values * bytesPerValue
  const array = `an array of shape ${shape.join('×')}`
  if (found < expected) {
    const whole = Math.floor(found / bytesPerValue)
    throw dataFileError(path, `is cut off: ${array} has ${values} values, found ${whole}`)
  }
  if (found > expected)
    throw dataFileError(path, `goes on for ${found - expected} bytes after ${array}; expected its end`)
}
