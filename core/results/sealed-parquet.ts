import { statSync } from 'node:fs'
import { type AsyncBuffer, type FileMetaData, type KeyValue, parquetMetadata } from 'hyparquet'
import { Type } from 'typebox'
import { sha256Of } from '../files/hash.js'
import { readBytes } from '../files/read-file.js'
import { isValid } from '../files/schema-violation.js'
import { BROKEN_SEAL, endOfText, hasSeal, OPEN_SEAL, sealParts } from '../files/seal.js'
import type { Table } from '../observe/table.js'

// A Parquet file whose footer states the SHA-256 of each row group, and that of the footer itself (seal.ts). Row groups
// lie one behind the other from the magic number to the footer, so that every byte of the file is under one of them.

const TABLE = 'cotwin:table'
const ROW_GROUPS = 'cotwin:row-groups'
const SEAL = 'cotwin:sha256'
/** What stands before the seal in the footer: field 1 of a note, its key, and the length of its field 2, the value. */
const BEFORE_SEAL = `\x18${String.fromCharCode(SEAL.length)}${SEAL}\x18${String.fromCharCode(OPEN_SEAL.length)}`

export const MAGIC = 'PAR1'
/** Behind the footer: its length, and the magic number again. */
const TAIL = 8

/** What a footer notes of a table whose row groups have these hashes; to be sealed when it is written. */
export const notesOf = (table: Table, rowGroups: readonly string[]): KeyValue[] => [
  { key: TABLE, value: JSON.stringify(table) },
  { key: ROW_GROUPS, value: JSON.stringify(rowGroups) },
  { key: SEAL, value: OPEN_SEAL },
]

/** Seals a footer, which ends with the file. */
export function sealFooter(footer: Uint8Array): void {
  const at = placeOfSeal(footer)
  if (at === undefined) throw new Error('the footer has no place for its seal')
  sealParts([footer], at)
}

const hashesSchema = Type.Array(Type.String())

function placeOfSeal(footer: Uint8Array): number | undefined {
  const text = Buffer.from(footer.buffer, footer.byteOffset, footer.length)
  const at = text.lastIndexOf(BEFORE_SEAL, undefined, 'latin1')
  return at < 0 ? undefined : at + BEFORE_SEAL.length
}

/** A Parquet file that `ParquetFile` wrote; nothing of it is given out that is not as it was written. */
export class SealedParquet {
  readonly metadata: FileMetaData
  readonly #path: string
  readonly #size: number
  /** Hash and place of each row group. */
  readonly #rowGroups: readonly { readonly sha256: string; readonly start: number; readonly end: number }[]

  /** Throws an `Error` where the file is not as it was written, or not sealed. */
  constructor(path: string) {
    this.#path = path
    this.#size = statSync(path).size
    const footer = readFooter(path, this.#size)
    const at = placeOfSeal(footer)
    if (at === undefined || !hasSeal(footer, at)) throw new Error(BROKEN_SEAL)
    this.metadata = parquetMetadata(footer)
    const notes = this.metadata.key_value_metadata ?? []
    const hashes: unknown = JSON.parse(notes.find(({ key }) => key === ROW_GROUPS)?.value ?? '[]')
    if (!isValid(hashesSchema, hashes)) throw new Error(BROKEN_SEAL)
    let end = MAGIC.length
    this.#rowGroups = this.metadata.row_groups.map((group, i) => {
      const start = end
      end += Number(group.total_compressed_size)
      return { sha256: hashes[i], start, end }
    })
    const magic = readBytes(path, 0, MAGIC.length)
    if (endOfText(magic, MAGIC) === undefined || end !== this.#size - footer.length)
      throw new Error(BROKEN_SEAL)
  }

  /** The file as far as one of its row groups; throws an `Error` where that is not as it was written. */
  rowGroup(index: number): AsyncBuffer {
    const { sha256, start, end } = this.#rowGroups[index]
    const bytes = readBytes(this.#path, start, end)
    if (sha256Of(bytes) !== sha256)
      throw new Error(
        `row group ${index + 1} of ${this.#rowGroups.length} does not have the SHA-256 that the file states`,
      )
    return {
      byteLength: this.#size,
      slice: (from, to = this.#size) => bytes.buffer.slice(from - start, to - start),
    }
  }
}

/** Whether a file is there that `ParquetFile` wrote, and not a byte of it is another since. */
export function isWholeTable(path: string): boolean {
  try {
    const file = new SealedParquet(path)
    for (const index of file.metadata.row_groups.keys()) file.rowGroup(index)
    return true
  } catch {
    // Missing, or not as it was written.
    return false
  }
}

/** From the footer's start to the end of the file. */
function readFooter(path: string, size: number): Uint8Array {
  const tail = readBytes(path, Math.max(0, size - TAIL))
  if (tail.length < TAIL || endOfText(tail, MAGIC, TAIL - MAGIC.length) === undefined)
    throw new Error('the file is damaged: it does not end as a Parquet file does')
  const length = new DataView(tail.buffer).getUint32(0, true)
  if (length > size - TAIL - MAGIC.length)
    throw new Error(`the file is damaged: it has no room for a footer of ${length} bytes`)
  return readBytes(path, size - TAIL - length)
}
