import { renameSync, rmSync, statSync } from 'node:fs'
import type { RowGroup } from 'hyparquet'
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer'
import Type, { type Static } from 'typebox'
import { UserError } from '../errors.js'
import { sha256Of } from '../files/hash.js'
import { readBytes } from '../files/read-file.js'
import { endOfText } from '../files/seal.js'
import { fileError, isSystemError, systemReason } from '../files/system-error.js'
import { type OpenFile, type OutputFile, openOutputFile } from '../files/write-file.js'
import type { Table } from '../observe/table.js'
import { schemaOf } from './parquet-schema.js'
import { MAGIC, notesOf, sealFooter } from './sealed-parquet.js'

/** What a table's file is called until it is complete. */
export const partialPath = (path: string): string => `${path}.partial`

/** Where a file stands that is being written: with its first bytes, all there is to go on from. */
export const savedFileSchema = Type.Object({
  /** Length of the file with its first 0, 1, 2, … row groups. */
  lengths: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 }),
  rowGroups: Type.Array(Type.Unsafe<RowGroup>({ type: 'object' })),
  /** SHA-256 of each row group, hex. */
  hashes: Type.Array(Type.String()),
  rowsGiven: Type.Integer({ minimum: 0 }),
})

export type SavedFile = Static<typeof savedFileSchema>

/** What of a saved file is no longer in a file as it was; undefined where all of it is. */
export function savedFileLacks(path: string, { lengths, hashes }: SavedFile): string | undefined {
  const [size, expected] = [statSync(path).size, lengths.at(-1)!]
  if (size < expected) return `${path} has ${size} of the ${expected} bytes that it had`
  if (endOfText(readBytes(path, 0, MAGIC.length), MAGIC) === undefined)
    return `${path} does not begin as a Parquet file does`
  const damaged = hashes.findIndex(
    (hash, i) => sha256Of(readBytes(path, lengths[i], lengths[i + 1])) !== hash,
  )
  if (damaged < 0) return undefined
  return `${path} is damaged: row group ${damaged + 1} of ${hashes.length} does not have the SHA-256 that it had`
}

/**
 * A Parquet file written row group by row group, which is either completed or cut back to what fits.
 *
 * It is `<path>.partial` until `finish` gives it its name. When a row group or the footer cannot be written, the
 * row groups that leave room for a footer are kept and completed, and a `UserError` says how many rows they hold.
 */
export class ParquetFile {
  readonly path: string
  readonly #table: Table
  readonly #file: OutputFile
  /** What is encoded and not yet written. */
  readonly #bytes = new ByteWriter()
  readonly #parquet: ParquetWriter
  /** Length of the file with its first 0, 1, 2, … row groups. */
  readonly #lengths: number[] = []
  /** SHA-256 of each row group. */
  readonly #hashes: string[] = []
  #rowsGiven = 0
  #synced = 0
  #ended = false

  /** Begins a file; or goes on from where one stood, cutting off what has been written to it since. */
  constructor(path: string, table: Table, open: OpenFile = openOutputFile, from?: SavedFile) {
    this.path = path
    this.#table = table
    this.#parquet = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaOf(table),
      createdBy: 'cotwin',
    })
    try {
      this.#file = open(partialPath(path), from && 'keep')
    } catch (error) {
      throw fileError(path, from ? 'cannot be opened' : 'cannot be created', error)
    }
    try {
      if (from) this.#goOn(from)
      else {
        this.#writeBytes()
        this.#lengths.push(this.#bytes.offset)
      }
    } catch (error) {
      if (from) this.#file.close()
      else this.#discard()
      throw fileError(path, 'cannot be written', error)
    }
  }

  /** Where the file stands, when that much of it is on the disk. */
  save(): SavedFile {
    try {
      if (this.#synced < this.#bytes.offset) this.#file.sync()
    } catch (error) {
      throw fileError(this.path, 'cannot be written', error)
    }
    this.#synced = this.#bytes.offset
    return {
      lengths: [...this.#lengths],
      rowGroups: [...this.#parquet.row_groups],
      hashes: [...this.#hashes],
      rowsGiven: this.#rowsGiven,
    }
  }

  /** Rows in the row groups that are written. */
  get rows(): number {
    return Number(this.#parquet.num_rows)
  }

  /** Whether nothing more can be written: it was finished, or failed. */
  get ended(): boolean {
    return this.#ended
  }

  /** Writes one row group; the columns' values may be overwritten afterwards. */
  writeGroup(columns: ColumnSource[], rows: number): void {
    this.#rowsGiven += rows
    try {
      // Written at once: promises are for writers that wait for what they write to.
      // A page size of 0 makes one page of each column, so that no index of pages is needed at the end.
      void this.#parquet.write({ columnData: columns, rowGroupSize: rows, pageSize: 0 })
      this.#hashes.push(sha256Of(this.#bytes.getBytes()))
      this.#writeBytes()
      this.#lengths.push(this.#bytes.offset)
    } catch (error) {
      this.#keepWhatFits(error)
    }
  }

  /** Writes the footer and gives the file its name. */
  finish(): void {
    if (this.#ended) return
    try {
      this.#writeFooter()
    } catch (error) {
      this.#keepWhatFits(error)
    }
    this.#publish()
  }

  #goOn({ lengths, rowGroups, hashes, rowsGiven }: SavedFile): void {
    for (const length of lengths) this.#lengths.push(length)
    for (const hash of hashes) this.#hashes.push(hash)
    this.#rowsGiven = rowsGiven
    for (const group of rowGroups) this.#parquet.row_groups.push(group)
    this.#cutBackTo(rowGroups.length)
    this.#synced = this.#bytes.offset
  }

  #writeBytes(): void {
    const bytes = this.#bytes.getBytes()
    this.#file.write(bytes, this.#bytes.offset - bytes.length)
    this.#bytes.index = 0
  }

  #writeFooter(): void {
    this.#parquet.kvMetadata = notesOf(this.#table, this.#hashes)
    void this.#parquet.finish()
    const footer = this.#bytes.getBytes()
    if (this.#parquet.row_groups.length === 0) typeEmptyList(footer)
    sealFooter(footer)
    this.#writeBytes()
    this.#file.sync()
  }

  /** Completes the file with as many row groups as leave room for a footer, then throws what went wrong. */
  #keepWhatFits(cause: unknown): never {
    for (let groups = this.#lengths.length - 1; groups >= 0; groups--) {
      try {
        this.#cutBackTo(groups)
        this.#writeFooter()
      } catch {
        continue
      }
      this.#publish()
      throw this.#failure(cause, `it holds the first ${this.rows} of ${this.#rowsGiven} rows and can be read`)
    }
    this.#discard()
    throw this.#failure(cause, 'there is no room for even one of its rows')
  }

  /** Forgets all but the first row groups, and frees the room that the others and failed writes took. */
  #cutBackTo(groups: number): void {
    const parquet = this.#parquet
    parquet.row_groups.length = groups
    this.#hashes.length = groups
    parquet.num_rows = parquet.row_groups.reduce((sum, group) => sum + group.num_rows, 0n)
    this.#bytes.index = 0
    this.#bytes.offset = this.#lengths[groups]
    this.#file.truncate(this.#lengths[groups])
  }

  #failure(cause: unknown, kept: string): unknown {
    if (!isSystemError(cause)) return cause
    return new UserError(
      { message: `${systemReason(cause)}; ${kept}`, place: { file: this.path } },
      { cause },
    )
  }

  #publish(): void {
    this.#ended = true
    try {
      this.#file.close()
      renameSync(partialPath(this.path), this.path)
    } catch (error) {
      throw fileError(this.path, 'cannot be completed', error)
    }
  }

  #discard(): void {
    this.#ended = true
    this.#parquet.num_rows = 0n
    try {
      this.#file.close()
    } finally {
      rmSync(partialPath(this.path), { force: true })
    }
  }
}

/**
 * Gives the empty list of row groups in a footer its element type.
 *
 * The writer gives it none (0), which Thrift's compact protocol does not allow and readers in Rust refuse.
 */
function typeEmptyList(footer: Uint8Array): void {
  // Field 3, an i64: no rows. Field 4, a list: its length and type, where 12 is the struct.
  const field = Buffer.from(footer.buffer, footer.byteOffset, footer.length).indexOf(
    Uint8Array.of(0x16, 0, 0x19, 0),
  )
  if (field >= 0) footer[field + 3] = 12
}
