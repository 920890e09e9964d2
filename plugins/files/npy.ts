import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { unreadable } from '../../core/plugin/index.js'
import { dataFileError, requireFile } from './data-file.js'
import { checkNpyLength, MAXIMUM_HEADER, npyHeaderOf } from './npy-header.js'
import { floatingPoint, type NpyType, type NumberArray } from './npy-types.js'

interface Layout {
  readonly shape: readonly number[]
  readonly type: NpyType
  /** Bytes before the first value. */
  readonly start: number
}

/**
 * An array of numbers in a `.npy` file (format versions 1 to 3), in C order, read by slices.
 *
 * The file is open only while it is read, and has to stay as it is.
 */
export class NpyFile {
  readonly path: string
  readonly shape: readonly number[]
  readonly #layout: Layout
  readonly #size: number
  readonly #modified: number

  /**
   * Reads the header; a `UserError` where the file is missing, cut off or not such an array.
   *
   * `typeOf` tells what numbers are taken, and refuses the others.
   */
  constructor(path: string, typeOf: (path: string, type: string) => NpyType = floatingPoint) {
    const { layout, stats } = withFile(path, (descriptor) => {
      const stats = fstatSync(descriptor)
      return { stats, layout: readLayout(path, descriptor, stats.size, typeOf) }
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

  /** Consecutive values from `start` on, in C order. */
  slice(start: number, length: number): NumberArray {
    const { type } = this.#layout
    const bytes = new ArrayBuffer(length * type.bytesPerValue)
    withFile(this.path, (descriptor) => {
      this.#checkUnchanged(fstatSync(descriptor))
      readFully(this.path, descriptor, new DataView(bytes), this.#layout.start + start * type.bytesPerValue)
    })
    return type.values(bytes)
  }

  /** Fills `target` with consecutive values from `start` on, in C order. */
  read(start: number, target: Float64Array): void {
    target.set(this.slice(start, target.length))
  }

  #checkUnchanged({ size, mtimeMs }: Stats): void {
    if (size !== this.#size || mtimeMs !== this.#modified)
      throw dataFileError(this.path, 'has been written to since the run began')
  }
}

function withFile<T>(path: string, use: (descriptor: number) => T): T {
  requireFile(path)
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
    if (read === 0) throw dataFileError(path, 'ends before its last value')
    done += read
  }
}

function readLayout(
  path: string,
  descriptor: number,
  size: number,
  typeOf: (path: string, type: string) => NpyType,
): Layout {
  if (size === 0) throw dataFileError(path, 'is empty')
  const bytes = Buffer.alloc(Math.min(size, MAXIMUM_HEADER))
  readFully(path, descriptor, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0)
  const header = npyHeaderOf(path, bytes)
  const type = typeOf(path, header.type)
  checkNpyLength(path, header.shape, type.bytesPerValue, size - header.start)
  return { shape: header.shape, type, start: header.start }
}
