import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { fileError, unreadable } from './data-file.js'
import { checkNpyLength, MAXIMUM_HEADER, npyHeaderOf } from './npy-header.js'

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
  const bytes = Buffer.alloc(Math.min(size, MAXIMUM_HEADER))
  readFully(path, descriptor, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0)
  const { type, shape, start } = npyHeaderOf(path, bytes)
  const bytesPerValue = valueBytes(path, type)
  checkNpyLength(path, shape, bytesPerValue, size - start)
  return { shape, bytesPerValue, start }
}

function valueBytes(path: string, type: string): 4 | 8 {
  if (type === '<f4') return 4
  if (type === '<f8') return 8
  const found = type.startsWith('>f') ? `big-endian numbers (${type})` : `numbers of type ${type}`
  const remedy = "np.save(file, array.astype('<f8'))"
  throw fileError(path, `holds ${found}; expected little-endian float32 (<f4) or float64 (<f8): ${remedy}`)
}
