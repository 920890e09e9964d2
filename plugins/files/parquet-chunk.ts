import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { type Compressors, type ParquetType, snappyUncompress } from 'hyparquet'
import { crc32 } from './crc32.js'
import { checkDeltas, checkRuns } from './parquet-runs.js'
import { ThriftReader, type ThriftStruct } from './parquet-thrift.js'

/** Beside none and snappy, which the reader knows itself; neither gives more than a page says it holds. */
export const compressors: Compressors = {
  GZIP: (input, size) => gunzipSync(input, { maxOutputLength: Math.max(1, size) }),
  BROTLI: (input, size) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, size) }),
}

/** What of a row group one column is in. */
export interface Chunk {
  readonly codec: string
  readonly type: ParquetType
  /** Bytes of a value where all have as many. */
  readonly width: number | undefined
  /** Whether values may be missing. */
  readonly optional: boolean
  readonly rows: number
}

const DATA_PAGE = 0
const DICTIONARY_PAGE = 2
const DATA_PAGE_V2 = 3

const PLAIN = 0
const PLAIN_DICTIONARY = 2
const DELTA_BINARY_PACKED = 5
const DELTA_LENGTH_BYTE_ARRAY = 6
const RLE_DICTIONARY = 8
const BYTE_STREAM_SPLIT = 9

/** Three bytes of snappy copy 64 at most. */
const SNAPPY_RATIO = 22

/**
 * Checks a chunk before it is decoded: that its pages fit into it, hold as many values as the row group has rows, and
 * have the CRC that they state. What passes is decoded in a time that its size bounds. Throws an `Error` otherwise.
 */
export function checkChunk(bytes: Uint8Array, chunk: Chunk): void {
  const reader = new ThriftReader(bytes)
  let values = 0
  while (values < chunk.rows) {
    const header = reader.struct()
    const page = reader.take(count(header, 3))
    const crc = header.get(4)
    if (typeof crc === 'number' && crc32(page) !== crc >>> 0) throw new Error('a page does not have its CRC')
    const type = count(header, 1)
    if (type === DICTIONARY_PAGE) checkDictionary(page, header, chunk)
    else if (type === DATA_PAGE) values += checkPage(page, header, chunk)
    else if (type === DATA_PAGE_V2) values += checkPageV2(page, header, chunk)
    else throw new Error(`a page of the unknown type ${type}`)
  }
  if (values !== chunk.rows) throw new Error(`${values} values for ${chunk.rows} rows`)
}

function checkDictionary(page: Uint8Array, header: ThriftStruct, { codec, width = 4 }: Chunk): void {
  const values = count(part(header, 7), 1)
  const size = decompressed(page, codec, count(header, 2)).length
  if (values * width > size) throw new Error(`a dictionary of ${values} values in ${size} bytes`)
}

function checkPage(page: Uint8Array, header: ThriftStruct, chunk: Chunk): number {
  const own = part(header, 5)
  const [values, encoding] = [count(own, 1), count(own, 2)]
  const content = decompressed(page, chunk.codec, count(header, 2))
  if (!chunk.optional) {
    checkValues(content, encoding, values, chunk)
    return values
  }
  const levels = new ThriftReader(content)
  const length = new DataView(levels.take(4).slice().buffer).getUint32(0, true)
  const present = checkRuns(levels.take(length), 1, values, 1)
  checkValues(content.subarray(levels.at), encoding, present, chunk)
  return values
}

function checkPageV2(page: Uint8Array, header: ThriftStruct, chunk: Chunk): number {
  const own = part(header, 8)
  const [values, missing, encoding] = [count(own, 1), count(own, 2), count(own, 4)]
  const [definitions, repetitions] = [count(own, 5), count(own, 6)]
  if (repetitions > 0) throw new Error('values that repeat')
  if (!chunk.optional && missing > 0) throw new Error('missing values where none may be')
  const reader = new ThriftReader(page)
  const levels = reader.take(definitions)
  const present = chunk.optional ? checkRuns(levels, 1, values, 1) : values
  if (present !== values - missing) throw new Error(`${values - present} missing values, not ${missing}`)
  const rest = page.subarray(definitions)
  const packed = own.get(7) !== false
  const content = packed ? decompressed(rest, chunk.codec, count(header, 2) - definitions) : rest
  checkValues(content, encoding, present, chunk)
  return values
}

function checkValues(bytes: Uint8Array, encoding: number, values: number, { width }: Chunk): void {
  switch (encoding) {
    case PLAIN:
    case BYTE_STREAM_SPLIT:
      if (values * (width ?? 0) > bytes.length) throw new Error(`${values} values in ${bytes.length} bytes`)
      return
    case PLAIN_DICTIONARY:
    case RLE_DICTIONARY:
      if (values > 0) checkRuns(bytes.subarray(1), bytes[0], values)
      return
    case DELTA_BINARY_PACKED:
    case DELTA_LENGTH_BYTE_ARRAY:
      checkDeltas(bytes, values)
      return
    default:
      throw new Error(`numbers in the encoding ${encoding}, which is not read here`)
  }
}

/** The content of a page; an `Error` where it is not of the size that is stated. */
function decompressed(page: Uint8Array, codec: string, size: number): Uint8Array {
  const content =
    codec === 'SNAPPY' ? snappy(page, size) : (compressors[codec as 'GZIP']?.(page, size) ?? page)
  if (content.length !== size) throw new Error(`a page of ${content.length} bytes, not ${size}`)
  return content
}

function snappy(page: Uint8Array, size: number): Uint8Array {
  if (size > page.length * SNAPPY_RATIO) throw new Error(`a page of ${size} bytes made of ${page.length}`)
  const content = new Uint8Array(size)
  snappyUncompress(page, content)
  return content
}

/** A field that counts something. */
function count(struct: ThriftStruct, field: number): number {
  const value = struct.get(field)
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Error(`a page whose header has no number in field ${field}`)
  return value
}

function part(struct: ThriftStruct, field: number): ThriftStruct {
  const value = struct.get(field)
  if (value instanceof Map) return value
  throw new Error(`a page whose header has no part ${field}`)
}
