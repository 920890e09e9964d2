import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { fileError, unreadable } from './data-file.js'

/** Longest header read; real ones take 118 bytes. */
const MAXIMUM_HEADER = 65_536

interface Layout {
  readonly shape: readonly number[]
  readonly bytesPerValue: 4 | 8
  /** Bytes before the first value. */
  readonly start: number
}

/**
 * An array of floating-point numbers in a `.npy` file (format versions 1 to 3), read by slices.
 *
 * Little-endian float32 or float64 in C order; anything else is refused with what to write instead. The file is open
 * only while it is read, and has to stay as it is.
 */
export class NpyFile {
  readonly path: string
  readonly shape: readonly number[]
  readonly #layout: Layout
  readonly #size: number
  readonly #modified: number
  #bytes = new DataView(new ArrayBuffer(0))

  /** Reads the header; a `UserError` where the file is missing, cut off or not such an array. */
  constructor(path: string) {
    const { layout, stats } = withFile(path, (descriptor) => {
      const stats = fstatSync(descriptor)
      return { stats, layout: readLayout(path, descriptor, stats.size) }
    })
    this.path = path
    this.shape = layout.shape
    this.#layout = layout
    this.#size = stats.size
    this.#modified = stats.mtimeMs
  }

  /** Bytes of all values. */
  get byteLength(): number {
    return this.#size - this.#layout.start
  }

  /** Fills `target` with consecutive values from `start` on, in C order. */
  read(start: number, target: Float64Array): void {
    const { bytesPerValue } = this.#layout
    const length = target.length * bytesPerValue
    if (this.#bytes.byteLength !== length) this.#bytes = new DataView(new ArrayBuffer(length))
    const bytes = this.#bytes
    withFile(this.path, (descriptor) => {
      this.#checkUnchanged(fstatSync(descriptor))
      readFully(this.path, descriptor, bytes, this.#layout.start + start * bytesPerValue)
    })
    if (bytesPerValue === 8) {
      for (let i = 0; i < target.length; i++) target[i] = bytes.getFloat64(8 * i, true)
    } else {
      for (let i = 0; i < target.length; i++) target[i] = bytes.getFloat32(4 * i, true)
    }
  }

  #checkUnchanged({ size, mtimeMs }: Stats): void {
    if (size !== this.#size || mtimeMs !== this.#modified)
      throw fileError(this.path, 'has been written to since the run began')
  }
}

function withFile<T>(path: string, use: (descriptor: number) => T): T {
  try {
    const descriptor = openSync(path, 'r')
    try {
      return use(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** One call may return less than was asked for. */
function readFully(path: string, descriptor: number, bytes: DataView, position: number): void {
  for (let done = 0; done < bytes.byteLength; ) {
    const read = readSync(descriptor, bytes, done, bytes.byteLength - done, position + done)
    if (read === 0) throw fileError(path, 'ends before its last value')
    done += read
  }
}

function readLayout(path: string, descriptor: number, size: number): Layout {
  if (size === 0) throw fileError(path, 'is empty')
  const { text, start } = readHeader(path, descriptor, size)
  const layout = { ...parseHeader(path, text), start }
  const values = layout.shape.reduce((product, length) => product * length, 1)
  const expected = values * layout.bytesPerValue
  const found = size - start
  const array = `an array of shape ${layout.shape.join('×')}`
  if (found < expected) {
    const whole = Math.floor(found / layout.bytesPerValue)
    throw fileError(path, `is cut off: ${array} has ${values} values, found ${whole}`)
  }
  if (found > expected)
    throw fileError(path, `goes on for ${found - expected} bytes after ${array}; expected its end`)
  return layout
}

function readHeader(path: string, descriptor: number, size: number): { text: string; start: number } {
  const bytes = Buffer.alloc(Math.min(size, MAXIMUM_HEADER))
  readFully(path, descriptor, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0)
  const isNpy = bytes.length >= 12 && bytes[0] === 0x93 && bytes.toString('latin1', 1, 6) === 'NUMPY'
  if (!isNpy) throw fileError(path, 'is no .npy file: it does not start with \\x93NUMPY')
  const version = bytes[6]
  if (version < 1 || version > 3) {
    throw fileError(path, `is of .npy version ${version}.${bytes[7]}; expected version 1, 2 or 3`)
  }
  const textStart = version === 1 ? 10 : 12
  const start = textStart + (version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8))
  if (start > bytes.length) throw fileError(path, 'is cut off within its header')
  return { text: bytes.toString('utf8', textStart, start), start }
}

/** The header is a Python literal: `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`. */
function parseHeader(path: string, text: string): Omit<Layout, 'start'> {
  const type = /'descr'\s*:\s*(?:'([^']*)'|\[)/.exec(text)
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)
  const shape = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text)
  if (!type || !order || !shape) {
    const header = JSON.stringify(text.trim().slice(0, 100))
    throw fileError(path, `has a header without descr, fortran_order and shape: ${header}`)
  }
  const bytesPerValue = valueBytes(path, type[1] ?? 'structured')
  const lengths = shape[1].split(',').filter((length) => length.trim() !== '')
  if (order[1] === 'True' && lengths.length > 1) {
    throw fileError(path, 'is in Fortran order; expected C order: np.save(file, np.ascontiguousarray(array))')
  }
  return { bytesPerValue, shape: lengths.map((length) => Number.parseInt(length, 10)) }
}

function valueBytes(path: string, type: string): 4 | 8 {
  if (type === '<f4') return 4
  if (type === '<f8') return 8
  const found = type.startsWith('>f') ? `big-endian numbers (${type})` : `numbers of type ${type}`
  const remedy = "np.save(file, array.astype('<f8'))"
  throw fileError(path, `holds ${found}; expected little-endian float32 (<f4) or float64 (<f8): ${remedy}`)
}
